"""Shared parts of commands: settings, exit codes, error output."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NoReturn

import click

if TYPE_CHECKING:
    from server.foundation.config import Settings
    from server.foundation.core import Core

# Exit codes (sysexits.h); 2 is a regular result of `loop build`: refused.
NOT_WELL: Final = 1
WRONG_USE: Final = 64
WRONG_INPUT: Final = 65
UNAVAILABLE: Final = 69
INTERRUPTED: Final = 130


def settings_or_stop(read: Callable[[], "Settings"] | None = None) -> "Settings":
    """The settings as `read` gives them, by default those of the environment.

    An invalid one ends the command with a message that names it.
    """
    from server.foundation.config import WrongSetting, read_settings

    try:
        return (read or read_settings)()
    except WrongSetting as error:
        click.echo(f"设置有误 Wrong setting: {error}", err=True)
        sys.exit(WRONG_INPUT)


def echo(zh: str, en: str, *, err: bool = False) -> None:
    """Print a line in Chinese and one in English."""
    click.echo(zh, err=err)
    click.echo(en, err=err)


def stop(zh: str, en: str, *, code: int = NOT_WELL) -> NoReturn:
    """End the command with a message on standard error."""
    echo(zh, en, err=True)
    sys.exit(code)


@contextmanager
def reaching_database() -> Iterator[None]:
    """An unreachable database ends the command with a message that names the setting."""
    from server.foundation.errors import Busy

    try:
        yield
    except Busy as error:
        stop(
            f"数据库无法连接，请检查 ANPING_DATABASE_URL 和数据库服务：{error.__cause__}",
            "the database can't be reached, check ANPING_DATABASE_URL and its server: "
            f"{error.__cause__}",
            code=UNAVAILABLE,
        )


@contextmanager
def stop_on_error() -> Iterator[None]:
    """A domain error ends the command with its message, without a traceback."""
    from server.foundation.errors import AnpingError

    try:
        yield
    except AnpingError as error:
        stop(*error.detail)


def existing_settings_or_stop() -> "Settings":
    """The settings of an existing server; without one the command ends with a message."""
    from server.operations.backup.database_forms import form_of

    settings = settings_or_stop()
    if not form_of(settings).exists():
        stop(
            f"{settings.data} 中没有数据库，请检查 ANPING_DATA，或先启动一次服务。",
            f"there is no database in {settings.data}: check ANPING_DATA, "
            "or start the server once.",
        )
    return settings


@contextmanager
def core_at_hand() -> Iterator["Core"]:
    """The Core of an existing server; its connections are closed at the end."""
    from server.app import build_core
    from server.operations.backup.opened_databases import closing_databases

    settings = existing_settings_or_stop()
    with stop_on_error():
        core = build_core(settings)
    with closing_databases(core.config, core.plays):
        yield core
