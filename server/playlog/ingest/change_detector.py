"""Detects changes of the configuration by others, cheaply enough to run for each batch.

SQLite counts the commits of other connections (PRAGMA data_version). PostgreSQL has no such
counter, so there the configuration is read each time.
"""

import weakref
from collections.abc import Collection
from typing import Any

from sqlalchemy.pool import PoolProxiedConnection

from server.foundation.db.session import Database


class ConfigChangeDetector:
    """Detects writes to the configuration since the previous call."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: PoolProxiedConnection | None = None
        self._version: int | None = None

    @property
    def can_cache(self) -> bool:
        """Whether results may be cached between calls."""
        return self._database.is_sqlite

    def has_changed(self) -> bool:
        """Whether the configuration may have changed since the previous call."""
        if not self.can_cache:
            return True
        ((version,),) = self.ask("PRAGMA data_version")
        changed = bool(version != self._version)
        self._version = version
        return changed

    def ask(self, query: str, *values: int) -> list[tuple[Any, ...]]:
        """Rows of the configuration, read on the connection that is watched."""
        if self._connection is None:
            self._connection = self._database.engine.raw_connection()
            weakref.finalize(self, self._connection.invalidate)
        found: list[tuple[Any, ...]] = self._connection.cursor().execute(query, values).fetchall()
        return found


class Changes:
    """Detects which screens' contexts have changed since the previous call."""

    def __init__(self, database: Database) -> None:
        self._watch = ConfigChangeDetector(database)
        self._last: int | None = None

    @property
    def can_cache(self) -> bool:
        """Whether results may be cached between calls."""
        return self._watch.can_cache

    def since_last(self) -> Collection[int] | None:
        """Screens that have changed since the previous call; None: all may have."""
        if not self._watch.has_changed():
            return ()
        if not self.can_cache:
            return None
        if self._last is None:
            ((self._last,),) = self._watch.ask(
                "SELECT COALESCE(MAX(number), 0) FROM standing_changes"
            )
            return None
        query = "SELECT screen_id, number FROM standing_changes WHERE number > ? ORDER BY number"
        rows = self._watch.ask(query, self._last)
        if rows:
            self._last = rows[-1][1]
        return [screen for screen, _ in rows]
