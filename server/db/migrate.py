"""Migrations: two linear histories (`config`, `plays`), each step one transaction."""

from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from server.db.session import Database

History = Literal["config", "plays"]
FOLDER = Path(__file__).parent / "migrations"


def upgrade(database: Database, history: History, target: str = "head") -> None:
    """Bring a database up to a revision; steps already made are left alone."""
    command.upgrade(_alembic(database, history), target)


def downgrade(database: Database, history: History, target: str) -> None:
    """Take a database back to a revision (`base` = empty)."""
    command.downgrade(_alembic(database, history), target)


def is_current(database: Database, history: History) -> bool:
    """Whether the database is at the newest revision that this release knows."""
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current == head(history)


def head(history: History) -> str | None:
    """The newest revision of a history."""
    return ScriptDirectory(str(FOLDER / history)).get_current_head()


def _alembic(database: Database, history: History) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER / history))
    config.attributes["engine"] = database.engine
    return config
