"""Copies of a running server's databases, each consistent in itself.

The plays are copied before the configuration: whatever a play refers to is then in the copy of
the configuration. Plays that came in between are handed in again or declared by their players.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Protocol

from server.backup.manifest import CONFIG, PLAYS
from server.config import Settings

PATIENCE_S = 30.0


class Databases(Protocol):
    """A way to copy both databases, and to name the archive members that this gives."""

    @property
    def kind(self) -> str:
        """What stands in the manifest: only the same kind can take the copies back."""
        ...

    def copy_to(self, folder: Path) -> list[Path]:
        """Write the copies into a folder. Raises OSError, sqlite3.Error."""
        ...


class SqliteDatabases:
    """Both files through SQLite's online backup: writers go on meanwhile."""

    kind = "sqlite"

    def __init__(self, settings: Settings) -> None:
        self._sources = {
            PLAYS: path_of(settings.plays_url),
            CONFIG: path_of(settings.config_url),
        }

    def copy_to(self, folder: Path) -> list[Path]:
        """Write plays.db and config.db, in this order."""
        return [_copied(source, folder / name) for name, source in self._sources.items()]


def path_of(url: str) -> Path:
    """The file of an SQLite URL."""
    return Path(url.removeprefix("sqlite:///"))


def databases_of(settings: Settings) -> Databases:
    """The way that fits the settings."""
    return SqliteDatabases(settings)


def _copied(source: Path, target: Path) -> Path:
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, timeout=PATIENCE_S)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)
        # A copy is one file: no journal beside it that could be forgotten.
        new.execute("PRAGMA journal_mode=DELETE")
    return target
