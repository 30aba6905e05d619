"""SQLite files: copied by the online backup while writers continue, each consistent in itself.

Plays are copied before the configuration, so everything that plays refer to is in the
configuration's copy. Plays in between are sent again, or declared lost by their players.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import text

from server.foundation.config import Settings
from server.foundation.db.migrate import upgrade
from server.foundation.db.session import Database, open_database
from server.operations.backup.errors import Damaged
from server.operations.backup.manifest import CONFIG, DATABASES, PLAYS, Contents, Copied
from server.operations.backup.opened_databases import closing_databases
from server.operations.backup.restore_note import SKIPPED_NUMBERS
from server.operations.backup.row_counts import counted
from server.operations.backup.schemas import HISTORIES, revision_of

PATIENCE_S: Final = 30.0


class SqliteForm:
    """`config.db` and `plays.db`, at the paths of the settings."""

    kind = "sqlite"

    def __init__(self, settings: Settings) -> None:
        self._sources = {
            PLAYS: path_of(settings.plays_url),
            CONFIG: path_of(settings.config_url),
        }

    def exists(self) -> bool:
        """Whether both files are there."""
        return all(path.exists() for path in self._sources.values())

    def copy_to(self, folder: Path) -> Copied:
        """Write plays.db, then config.db."""
        for name, source in self._sources.items():
            _copy(source, folder / name)
        schemas: dict[str, str] = {
            history: revision_of(folder / f"{history}.db") for history in HISTORIES
        }
        return Copied(schemas, counted(lambda one: _one(folder / f"{one.history}.db", one.query)))

    def occupied(self) -> bool:
        """Files are checked where they are replaced."""
        return False

    def check(self, staging: Path, contents: Contents) -> None:
        """Whether both files are intact and match the manifest."""
        for history in HISTORIES:
            path = staging / f"{history}.db"
            if not path.exists():
                raise Damaged(f"缺少 {path.name}", f"{path.name} is missing")
            _check_integrity(path)
            if revision_of(path) != contents.schemas.get(history):
                raise Damaged(
                    f"{path.name} 的版本与清单不符", f"{path.name} is of another revision"
                )

    def load(self, staging: Path, _contents: Contents, _stamp: str) -> str | None:
        """Migrate the files in place; they are moved together with all others."""
        for history in HISTORIES:
            database = open_database(f"sqlite:///{staging / f'{history}.db'}")
            with closing_databases(database):
                upgrade(database, history)
                if history == "config":
                    _skip_numbers(database)
        return None

    def settled(self, staging: Path) -> Database:
        """The configuration among the unpacked files."""
        return open_database(f"sqlite:///{staging / CONFIG}")


def path_of(url: str) -> Path:
    """The file of an SQLite URL."""
    return Path(url.removeprefix("sqlite:///"))


def fold_in_journals(staging: Path) -> None:
    """Checkpoint the journals, so that only the database files must be moved."""
    for name in DATABASES:
        if (staging / name).exists():
            with closing(sqlite3.connect(staging / name)) as connection:
                connection.execute("PRAGMA journal_mode=DELETE")


def _one(path: Path, query: str) -> int:
    """The result of a query for one number."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(query).fetchone()[0])


def _copy(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, timeout=PATIENCE_S)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)
        # A copy is a single file, without a journal that could be forgotten.
        new.execute("PRAGMA journal_mode=DELETE")


def _check_integrity(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        raise Damaged(f"{path.name} 无法打开", f"{path.name} can't be opened") from error
    if found[0] != "ok":
        raise Damaged(f"{path.name} 已损坏", f"{path.name} is corrupt: {found[0]}")


def _skip_numbers(database: Database) -> None:
    begin = (
        "INSERT INTO sqlite_sequence (name, seq) SELECT name, 0 FROM sqlite_master "
        "WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%' "
        "AND name NOT IN (SELECT name FROM sqlite_sequence)"
    )
    with database.write() as session:
        session.execute(text(begin))
        session.execute(text("UPDATE sqlite_sequence SET seq = seq + :by"), {"by": SKIPPED_NUMBERS})
