"""Locks the data folder for this server."""

from server.foundation.config import Settings
from server.foundation.errors import Conflict
from server.foundation.i18n import Sentence
from server.foundation.runtime.data_folder_lock import HalfRestored, InUse, mark_serving


def claim(settings: Settings) -> None:
    """Hold the folder until this process ends. Raises Conflict with the remedy."""
    try:
        mark_serving(settings.data, leader=True)
    except InUse as error:
        raise Conflict(
            Sentence(
                f"{settings.data} 正在恢复备份，请等它完成后再启动。",
                f"a backup is being restored in {settings.data}: wait for it, then start.",
            )
        ) from error
    except HalfRestored as error:
        raise Conflict(
            Sentence(
                f"{settings.data} 的上一次恢复没有完成，新旧内容混杂。请再次恢复："
                "python -m server.cli restore 备份文件 --replace",
                f"the last restore into {settings.data} was interrupted, what is there is part "
                "old and part new. Restore again: python -m server.cli restore FILE --replace",
            )
        ) from error
