"""Schema revisions of databases, and whether this release supports them."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from alembic.script import ScriptDirectory
from alembic.util import CommandError

from server.foundation.db.migrate import FOLDER, History

HISTORIES: Final[tuple[History, ...]] = ("config", "plays")


def revision_of(path: Path) -> str:
    """The revision of a database file; "" if it was never migrated."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return ""
    return str(row[0]) if row else ""


def has_revision(history: History, revision: str) -> bool:
    """Whether this release has migrations from that revision."""
    try:
        return ScriptDirectory(str(FOLDER / history)).get_revision(revision) is not None
    except CommandError:
        return False
