"""Migrations: two linear histories (`config`, `plays`), each step one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlalchemy.schema import CreateSchema

from server.foundation.db import postgres
from server.foundation.db.reach import is_later, may_run_on
from server.foundation.db.session import Database, away_is_busy
from server.foundation.errors import Conflict
from server.foundation.i18n import Sentence

History = Literal["config", "plays"]
FOLDER = Path(__file__).parent / "migrations"


def upgrade(database: Database, history: History, target: str = "head") -> None:
    """Upgrade a database to a revision; completed steps are skipped.

    A database of a later release is left as it is, if this release can run on it. Raises Conflict
    if it can't, Busy if the database can't be reached.
    """
    with away_is_busy(), _alone(database):
        if not _is_of_a_later_release(database, history):
            command.upgrade(_alembic(database, history), target)


def downgrade(database: Database, history: History, target: str) -> None:
    """Downgrade a database to a revision (`base` = empty)."""
    with away_is_busy(), _alone(database):
        command.downgrade(_alembic(database, history), target)


def head(history: History, folder: Path | None = None) -> str | None:
    """The newest revision of a history, of this release or in another one's folder."""
    return ScriptDirectory(str((folder or FOLDER) / history)).get_current_head()


def current(database: Database) -> str | None:
    """The database's revision; None if it was never migrated."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _is_of_a_later_release(database: Database, history: History) -> bool:
    """Whether the database is of a later release on which this one can run."""
    there, newest = current(database) or "", head(history) or ""
    if not is_later(there, newest):
        return False
    if not may_run_on(there, newest):
        raise Conflict(_too_new(history, there, newest))
    return True


def _too_new(history: History, there: str, newest: str) -> Sentence:
    return Sentence(
        f"数据库（{history} {there}）已由更新的版本升级，本版本（{newest}）不能在其上运行，"
        "没有启动。请启动更新的版本；要退回本版本，先用更新的版本执行"
        " python -m server.cli migrate --back-to 本版本的目录，或恢复升级前的备份。",
        f"the database ({history} {there}) was brought up by a newer release and this one "
        f"({newest}) can't run on it, so nothing was started. Start the newer release; "
        "to come back to this one, first run python -m server.cli migrate --back-to FOLDER of this "
        "release from the newer one, or restore the backup from before.",
    )


def _alembic(database: Database, history: History) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER / history))
    config.attributes["engine"] = database.writer
    return config


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """One migration at a time: other servers that start meanwhile wait."""
    if database.is_sqlite:
        yield
        return
    with database.engine.connect() as connection:
        connection.detach()
        postgres.lock_migrations(connection)
        if database.schema and not inspect(connection).has_schema(database.schema):
            connection.execute(CreateSchema(database.schema))
        yield
