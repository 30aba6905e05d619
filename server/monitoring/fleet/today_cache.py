"""The day that goes on, in memory: read once, and anew as soon as a row of any day was written."""

from collections.abc import Collection, Mapping

from server.monitoring.availability.day_store import rows_version
from server.monitoring.fleet.queries import FEW, Running, running
from server.playlog.store.transaction import Tx

Rows = Mapping[int, Running]


class KnownToday:
    """Remembers the rows of one day that isn't closed; the job writes them once a minute."""

    def __init__(self) -> None:
        self._version, self._day = -1, 0
        self._rows: Rows = {}

    def of(self, tx: Tx, day: int, screens: Collection[int]) -> tuple[int, Rows]:
        """The version of a snapshot, and the rows of some screens; there may be others with them.

        Of few screens no more than theirs is read, unless all are known.
        """
        version = rows_version(tx)
        if (version, day) == (self._version, self._day):
            return version, self._rows
        rows = running(tx, day, screens)
        # An older snapshot than what is known is of use to who has it alone.
        if len(screens) > FEW and version >= self._version:
            self._version, self._day, self._rows = version, day, rows
        return version, rows
