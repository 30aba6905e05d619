"""Notices what others have written to the configuration, as cheaply as each batch of plays needs.

SQLite counts the commits of other connections. Elsewhere nothing can tell, and all is read anew.
"""

import weakref
from collections.abc import Collection
from typing import Any

from sqlalchemy.pool import PoolProxiedConnection

from server.foundation.db.session import Database


class ConfigChangeDetector:
    """Tells whether anybody has written to the configuration since it was asked last."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: PoolProxiedConnection | None = None
        self._version: int | None = None

    @property
    def can_tell(self) -> bool:
        """Whether anything may be remembered from one question to the next."""
        return self._database.is_sqlite

    def has_changed(self) -> bool:
        """Whether what was read before the last question may be out of date."""
        if not self.can_tell:
            return True
        ((version,),) = self.ask("PRAGMA data_version")
        changed = bool(version != self._version)
        self._version = version
        return changed

    def ask(self, query: str, *values: int) -> list[tuple[Any, ...]]:
        """Rows of the configuration, on the connection that watches."""
        if self._connection is None:
            self._connection = self._database.engine.raw_connection()
            weakref.finalize(self, self._connection.invalidate)
        found: list[tuple[Any, ...]] = self._connection.cursor().execute(query, values).fetchall()
        return found


class Changes:
    """Tells of which screens verdicts depend on something else than when it was asked last."""

    def __init__(self, database: Database) -> None:
        self._watch = ConfigChangeDetector(database)
        self._last: int | None = None

    @property
    def can_tell(self) -> bool:
        """Whether anything may be remembered from one question to the next."""
        return self._watch.can_tell

    def since_last(self) -> Collection[int] | None:
        """Screens that have changed; None: all may have."""
        if not self._watch.has_changed():
            return ()
        if not self.can_tell:
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
