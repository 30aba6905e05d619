"""Caches the open day in memory, and reads it again after any write of daily rows."""

from collections.abc import Collection, Mapping

from server.monitoring.availability.day_store import rows_version
from server.monitoring.fleet.queries import FEW, Running, running
from server.playlog.store.transaction import Tx

Rows = Mapping[int, Running]


class TodayCache:
    """Caches the rows of one open day; the job writes them once a minute."""

    def __init__(self) -> None:
        self._version, self._day = -1, 0
        self._rows: Rows = {}

    def of(self, tx: Tx, day: int, screens: Collection[int]) -> tuple[int, Rows]:
        """The version of a snapshot, and the rows of some screens, possibly among others.

        For few screens only their rows are read, unless all are cached.
        """
        version = rows_version(tx)
        if (version, day) == (self._version, self._day):
            return version, self._rows
        rows = running(tx, day, screens)
        # Rows of an older snapshot than the cache are only returned, not cached.
        if len(screens) > FEW and version >= self._version:
            self._version, self._day, self._rows = version, day, rows
        return version, rows
