"""What has to be there before the server can serve: tables, an administrator, the starter pack."""

from collections.abc import Callable
from pathlib import Path

from server.accounts.first_run import ensure_admin, has_people
from server.core import Core
from server.db.migrate import upgrade
from server.errors import Conflict
from server.library.starter import install_starter
from server.loops.keys import signing_key_path
from server.signing import recovery_paths
from server.texts import Sentence


def prepare(core: Core, say: Callable[[str], None], *, keys_are_new: bool = False) -> None:
    """Bring everything up to date; each part is left alone if it is there already.

    Raises Conflict if the keys were made just now, and are taken away again, since the database
    holds a district whose screens trust others: another machine has them, or a backup.
    """
    upgrade(core.config, "config")
    upgrade(core.plays, "plays")
    if keys_are_new and has_people(core):
        signing = signing_key_path(core.settings)
        for path in (signing, *recovery_paths(signing)):
            path.unlink(missing_ok=True)
        raise Conflict(_no_keys(signing.parent))
    ensure_admin(core, lambda password: _tell_password(say, password))
    install_starter(core)


def _no_keys(folder: Path) -> Sentence:
    return Sentence(
        f"数据库里已有本区数据，{folder} 中却没有密钥，没有启动，以免用各屏都不认的密钥下发。"
        "这是增加的机器：从第一台复制整个 keys 文件夹；密钥丢失：从备份找回。",
        f"the database holds a district and {folder} has no keys, so nothing was started: screens "
        "would refuse what another key signs. On a further machine copy the folder keys from the "
        "first one; if they were lost, bring them back from a backup.",
    )


def _tell_password(say: Callable[[str], None], password: str) -> None:
    say(f"首次登录 First sign-in:  admin  {password}")
    say("（仅显示这一次，请立即记下 Shown only this once: write it down now）")
