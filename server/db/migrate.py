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

from server.db import postgres
from server.db.session import Database, away_is_busy

History = Literal["config", "plays"]
FOLDER = Path(__file__).parent / "migrations"


def upgrade(database: Database, history: History, target: str = "head") -> None:
    """Bring a database up to a revision; steps already made are left alone.

    Raises Busy if the database can't be reached.
    """
    with away_is_busy(), _alone(database):
        command.upgrade(_alembic(database, history), target)


def downgrade(database: Database, history: History, target: str) -> None:
    """Take a database back to a revision (`base` = empty)."""
    with away_is_busy(), _alone(database):
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
    config.attributes["engine"] = database.writer
    return config


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """One migration at a time: of several servers that start together the others wait."""
    if database.is_sqlite:
        yield
        return
    with database.engine.connect() as connection:
        connection.detach()
        postgres.lock_migrations(connection)
        if database.schema and not inspect(connection).has_schema(database.schema):
            connection.execute(CreateSchema(database.schema))
        yield
