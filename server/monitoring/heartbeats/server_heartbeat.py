"""The server's own heartbeat: time without it is a server outage and excluded for all screens.

A heartbeat every ten seconds extends the current row. One that is more than 25 s late begins a new
row, and so does every start: the time between two rows is an outage, from the last durable
heartbeat to the first one of the new row, followed by a grace for all screens. Heartbeats are also
compared to the monotonic clock; if the wall clock was moved, the time between its old and new
reading is in doubt. If it was off by more than a day (a machine without a battery that starts in
2000), only a day on that side is in doubt, not all history.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from playlists.windows import Span
from server.playlog.store.transaction import Tx

BEAT_S: Final = 10
HOLE_S: Final = 25
DOUBT_MS: Final = 2_000
MOST_DOUBT_S: Final = 86_400

_SAVE_RUN: Final = (
    "INSERT INTO server_runs (from_s, last_s) VALUES (?, ?) ON CONFLICT (from_s) DO UPDATE SET "
    "last_s = CASE WHEN excluded.last_s > server_runs.last_s "
    "THEN excluded.last_s ELSE server_runs.last_s END"
)
_SAVE_DOUBT: Final = (
    "INSERT INTO clock_doubts (from_s, until_s) VALUES (?, ?) ON CONFLICT (from_s) DO UPDATE SET "
    "until_s = CASE WHEN excluded.until_s > clock_doubts.until_s "
    "THEN excluded.until_s ELSE clock_doubts.until_s END"
)


class _Beat(NamedTuple):
    wall_ms: int
    mono_s: float

    @property
    def at_s(self) -> int:
        return self.wall_ms // 1000


class OwnBeat:
    """The current run, and the rows that are not stored yet."""

    def __init__(self) -> None:
        self._stored_last_s: int | None = None
        self._last: _Beat | None = None
        self._from_s = 0
        self._until_s = 0
        self._is_broken = False
        self._noted: dict[int, int] = {}
        self._writing: Mapping[int, int] = {}
        self._doubts: dict[int, int] = {}
        self._writing_doubts: Mapping[int, int] = {}

    @property
    def is_due(self) -> bool:
        """Whether a heartbeat waits to be written."""
        return bool(self._noted)

    def resume(self, tx: Tx) -> None:
        """Load the last heartbeat of the previous process; the next tick begins a new row."""
        self.rest()
        last_s = tx.number("SELECT COALESCE(MAX(last_s), -1) FROM server_runs")
        self._stored_last_s = None if last_s < 0 else last_s

    def rest(self) -> None:
        """Another worker leads until the next tick."""
        self._last, self._is_broken = None, False

    def tick(self, wall_ms: int, mono_s: float) -> bool:
        """Beat; returns whether the time since the previous heartbeat is vouched for."""
        last, now = self._last, _Beat(wall_ms, mono_s)
        self._last = now
        if last is None:
            self._start(now.at_s)
            return False
        expected_ms = last.wall_ms + round(1000 * (mono_s - last.mono_s))
        is_steady = abs(wall_ms - expected_ms) <= DOUBT_MS
        if not is_steady:
            ends = (last.wall_ms, wall_ms, expected_ms)
            self._doubt(min(ends) // 1000, -(-max(ends) // 1000), was_ahead=wall_ms < expected_ms)
        if not is_steady or self._is_broken or now.at_s - last.at_s > HOLE_S:
            self._is_broken = False
            self._begin(now.at_s)
            return False
        self._extend(now.at_s)
        return True

    def break_off(self, lost: Span) -> None:
        """Contacts were lost: the time since the last durable heartbeat becomes an outage.

        If another worker leads, the time of the lost heartbeats is marked as in doubt instead.
        """
        if self._last is None:
            self._add_doubt(*lost)
            return
        self._noted = {}
        self._is_broken = True

    def write(self, tx: Tx) -> None:
        """Write the collected rows."""
        self._writing, self._noted = self._noted, {}
        self._writing_doubts, self._doubts = self._doubts, {}
        if self._writing:
            tx.run_many(_SAVE_RUN, sorted(self._writing.items()))
        if self._writing_doubts:
            tx.run_many(_SAVE_DOUBT, sorted(self._writing_doubts.items()))

    def settle(self, *, committed: bool) -> None:
        """Drop written rows if they are durable; else keep them."""
        if not committed:
            for from_s, last_s in self._writing.items():
                self._noted.setdefault(from_s, last_s)
            for from_s, until_s in self._writing_doubts.items():
                self._doubts.setdefault(from_s, until_s)
        self._writing, self._writing_doubts = {}, {}

    def _start(self, at_s: int) -> None:
        """The first heartbeat begins a new row, since nothing was received before."""
        before_s = self._stored_last_s
        if before_s is None:
            self._begin(at_s)
        elif at_s < before_s:
            self._doubt(at_s, before_s, was_ahead=False)
            self._begin(at_s)
        else:
            # At least a second, so that a restart always leaves an outage and its grace.
            self._begin(max(at_s, before_s + 1))

    def _begin(self, at_s: int) -> None:
        self._from_s = self._until_s = at_s
        self._noted[at_s] = max(at_s, self._noted.get(at_s, at_s))

    def _extend(self, at_s: int) -> None:
        self._until_s = max(self._until_s, at_s)
        self._noted[self._from_s] = self._until_s

    def _doubt(self, from_s: int, until_s: int, *, was_ahead: bool) -> None:
        """Mark the time between two clock readings as in doubt; `was_ahead`: it was set back."""
        self._add_doubt(from_s, min(until_s, from_s + MOST_DOUBT_S))
        if was_ahead and until_s - from_s > MOST_DOUBT_S:
            # Earlier stamps may be wrong too, as far back as this row reaches.
            self._add_doubt(max(self._from_s, until_s - MOST_DOUBT_S), until_s)

    def _add_doubt(self, from_s: int, until_s: int) -> None:
        self._doubts[from_s] = max(until_s, self._doubts.get(from_s, until_s))
