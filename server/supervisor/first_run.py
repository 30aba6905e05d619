"""What has to be there before the server can serve: tables, an administrator, the starter pack."""

from collections.abc import Callable

from server.accounts.first_run import ensure_admin
from server.core import Core
from server.db.migrate import upgrade
from server.library.starter import install_starter


def prepare(core: Core, say: Callable[[str], None]) -> None:
    """Bring everything up to date; each part is left alone if it is there already."""
    upgrade(core.config, "config")
    upgrade(core.plays, "plays")
    ensure_admin(core, lambda password: _tell_password(say, password))
    install_starter(core)


def _tell_password(say: Callable[[str], None], password: str) -> None:
    say(f"首次登录 First sign-in:  admin  {password}")
    say("（仅显示这一次，请立即记下 Shown only this once: write it down now）")
