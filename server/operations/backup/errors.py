"""Errors of backups and restores, with remedies."""

from server.foundation.errors import AnpingError, Conflict
from server.foundation.i18n import Sentence


class NotTaken(AnpingError):
    """No backup was made; nothing remains of the attempt."""

    title = Sentence("备份未完成", "No backup was made")
    default_code = "backup_failed"


class Damaged(AnpingError):
    """The archive is corrupt; nothing was changed."""

    title = Sentence("备份文件不可用", "The archive can't be used")
    default_code = "archive_damaged"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(
            Sentence(
                f"备份文件已损坏或不完整：{zh}。未做任何改动，请换用另一份备份。",
                f"the archive is damaged or incomplete: {en}. "
                "Nothing was touched: take another backup.",
            )
        )


class NotRestored(Conflict):
    """The restore was refused; nothing was changed."""

    title = Sentence("未恢复", "Not restored")
    default_code = "not_restored"
