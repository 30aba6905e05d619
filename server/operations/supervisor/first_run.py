"""Prepares a start: tables, an administrator, the starter pack."""

from collections.abc import Callable, Sequence
from pathlib import Path

from server.accounts.auth.first_admin import USERNAME, ensure_admin, ensure_district, has_people
from server.content.assets.starter_pack import install_starter
from server.foundation.config import Settings
from server.foundation.core import Core
from server.foundation.crypto.secrets_file import is_missing, secret_key_path
from server.foundation.crypto.signing import recovery_paths
from server.foundation.db.migrate import upgrade
from server.foundation.errors import Conflict
from server.foundation.i18n import Sentence
from server.publishing.assignments.signing_keys import signing_key_path


def missing_keys(settings: Settings) -> list[Path]:
    """Key files that are missing and created by this start."""
    signing, secret = signing_key_path(settings), secret_key_path(settings)
    made = [] if signing.exists() else [signing, *recovery_paths(signing)]
    made += [secret] if is_missing(settings) else []
    return [path for path in made if not path.exists()]


def prepare(core: Core, show: Callable[[str], None], made: Sequence[Path] = ()) -> None:
    """Migrate, and create missing parts; existing ones are left alone.

    Account and generated password are passed to `show` as the last step, and stored when that
    has returned.

    Raises Conflict if keys were `made` just now, and deletes them again, if the database has a
    district with other keys: those are on another machine, or in a backup.
    """
    upgrade(core.config, "config")
    upgrade(core.plays, "plays")
    if made and has_people(core):
        for path in made:
            path.unlink(missing_ok=True)
        raise Conflict(_no_keys(made))
    ensure_district(core)
    install_starter(core)
    ensure_admin(core, lambda password: show(f"{USERNAME}  {password}"))


def _no_keys(made: Sequence[Path]) -> Sentence:
    folder, names = made[0].parent, ", ".join(path.name for path in made)
    return Sentence(
        f"数据库里已有本区数据，{folder} 中却没有密钥（{names}），没有启动，"
        "以免用各屏都不认的密钥下发，或读不出已加密的内容。"
        "这是增加的机器：从第一台复制整个 keys 文件夹；密钥丢失：从备份找回。",
        f"the database holds a district and {folder} has no keys ({names}), so nothing was "
        "started: screens would refuse what another key signs, and what is sealed couldn't be "
        "read. On a further machine copy the folder keys from the first one; if they were lost, "
        "bring them back from a backup.",
    )
