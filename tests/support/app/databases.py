"""Fresh databases for tests: files of SQLite, or databases of a private PostgreSQL.

Selected by `ANPING_TEST_DATABASE` (sqlite, or postgresql). They are copied from one that was
migrated once in each process of tests.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from server.foundation.config import Settings, read_settings
from server.foundation.db.migrate import History, upgrade
from server.foundation.db.postgres import is_postgres
from server.foundation.db.session import Database, open_database
from tests.support.app.cleanup import at_end
from tests.support.app.postgres import PostgresServer, start_postgres
from tests.support.speed.database_pool import DatabasePool

ON_POSTGRES: Final = os.environ.get("ANPING_TEST_DATABASE", "sqlite") == "postgresql"
LONG_ON_POSTGRES: Final = [pytest.mark.soak] if ON_POSTGRES else []
"""Marks tests that are slow and the same on both databases: on PostgreSQL only in the long form."""
_NUMBERS: Final = count(1)
_OF_FOLDER: Final[dict[Path, str]] = {}
_OPENED: Final[list[str]] = []


def opened() -> int:
    """How many were asked for in this process."""
    return len(_OPENED)


def fresh_urls(folder: Path, *, migrated: bool = True) -> dict[str, str]:
    """The settings by which a server in `folder` finds its databases; the same for each call.

    On SQLite they are in the folder, so nothing has to be set.
    """
    _OPENED.append("server")
    if not ON_POSTGRES:
        if migrated and not folder.exists():
            shutil.copytree(_migrated_files(), folder)
        return {}
    if folder not in _OF_FOLDER:
        _OF_FOLDER[folder] = fresh_database(migrated=migrated)
    return {"database_url": _OF_FOLDER[folder]}


def fresh_plays(folder: Path) -> Database:
    """An empty store of plays at the newest revision."""
    _OPENED.append("plays")
    if ON_POSTGRES:
        return open_plays(fresh_database())
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"plays{next(_NUMBERS)}.db"
    shutil.copy(_migrated_files() / "plays.db", path)
    return open_plays(f"sqlite:///{path}")


def open_plays(url: str) -> Database:
    """The plays in a database, as `url_of` or a setting names it."""
    return open_database(url, "plays" if is_postgres(url) else None)


def url_of(database: Database) -> str:
    """By which another process can open the same."""
    return database.engine.url.render_as_string(hide_password=False)


def fresh_database(*, migrated: bool = True) -> str:
    """The URL of a database of PostgreSQL with nothing in it, until the test or its file ends."""
    _OPENED.append("empty")
    server = postgres_server()
    if migrated:
        pool = _migrated_databases()
        name = pool.take()
        at_end(lambda: pool.give_back(name))
    else:
        name = f"empty_{next(_NUMBERS)}"
        server.create(name)
        at_end(lambda: server.drop(name))
    return server.url(name)


@cache
def postgres_server() -> PostgresServer:
    """The PostgreSQL of this process of tests."""
    server = start_postgres()
    atexit.register(server.stop)
    return server


@cache
def _migrated_databases() -> DatabasePool:
    server, name = postgres_server(), "migrated"
    server.create(name)
    _migrate(read_settings(database_url=server.url(name)))
    pool = DatabasePool(server, name)
    atexit.register(pool.leave)
    return pool


@cache
def _migrated_files() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="anping-tests-"))
    atexit.register(shutil.rmtree, folder)
    _migrate(read_settings(data=folder))
    return folder


def _migrate(settings: Settings) -> None:
    databases: dict[History, Database] = {
        "config": open_database(settings.config_url),
        "plays": open_database(settings.plays_url, settings.plays_schema),
    }
    for history, database in databases.items():
        upgrade(database, history)
        database.engine.dispose()


@contextmanager
def another_writer(database: Database) -> Iterator[None]:
    """Somebody else holds the lock that writing takes, for the length of the block."""
    connection = database.engine.raw_connection()
    try:
        for statement in database.begin_writing:
            connection.cursor().execute(statement)
        yield
        connection.cursor().execute("ROLLBACK")
    finally:
        connection.invalidate()
