"""Stores heartbeats as runs of contact, extended in place.

A run holds heartbeats of one kind, each at most 45 s after the previous one; so for any grace of at
least 45 s the screen was up from the run's first heartbeat to a grace after its last. Only
heartbeats count, not the opening or closing of sockets.
"""

from collections.abc import Mapping
from typing import Final

from playlists.windows import Span
from server.monitoring.heartbeats.fact_reader import ContactRun
from server.playlog.store.transaction import Tx

RUN_GAP_S: Final = 45
MOST_NOTED: Final = 100_000
"""Most runs that wait for the store; beyond, all of them are dropped together."""

_SAVE: Final = (
    "INSERT INTO contact_runs (screen, from_s, last_s, kind) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (screen, from_s) DO UPDATE SET kind = excluded.kind, "
    "last_s = CASE WHEN excluded.last_s > contact_runs.last_s "
    "THEN excluded.last_s ELSE contact_runs.last_s END"
)
_LAST: Final = (
    "SELECT r.screen, r.from_s, r.last_s, r.kind FROM asked a CROSS JOIN contact_runs r "
    "WHERE r.screen = a.c0 AND r.from_s = (SELECT MAX(x.from_s) FROM contact_runs x "
    "WHERE x.screen = a.c0 AND x.from_s <= a.c1)"
)
Key = tuple[int, int]


class Runs:
    """The current run of each screen, and the runs that are not stored yet.

    Heartbeats are recorded by greenlets while a thread may be writing, so recorded values are only
    replaced as a whole.
    """

    def __init__(self) -> None:
        self._current: dict[int, ContactRun] = {}
        self._noted: dict[Key, ContactRun] = {}
        self._writing: Mapping[Key, ContactRun] = {}
        # Runs that may continue one stored before this process began...
        self._sought: dict[Key, None] = {}
        self._seeking: Mapping[Key, None] = {}
        # ... and the begins of those that do.
        self._begun: dict[Key, int] = {}
        self._reset: set[int] = set()
        # Since when rows wait, and since when the rows being written waited.
        self._since_s: int | None = None
        self._writing_since_s: int | None = None

    def note(self, screen: int, at_s: int, kind: int) -> Span | None:
        """Record a heartbeat.

        Returns the span of lost heartbeats if all waiting runs had to be dropped, up to each
        screen's next heartbeat.
        """
        run = self._current.get(screen)
        if run is not None and run.kind == kind and run.from_s <= at_s <= run.last_s + RUN_GAP_S:
            if at_s <= run.last_s:
                return None
            run = ContactRun(run.from_s, at_s, kind)
        else:
            run = self._begin(screen, at_s, kind, is_first=run is None)
        self._current[screen] = run
        self._noted[screen, run.from_s] = run
        if self._since_s is None:
            self._since_s = at_s
        if len(self._noted) <= MOST_NOTED:
            return None
        lost = (min(self._since_s, at_s), at_s + RUN_GAP_S)
        self._give_up()
        return lost

    def forget(self, screen: int) -> None:
        """The next heartbeat begins a new run: another player is bound, or none is any more."""
        self._current.pop(screen, None)
        self._reset.add(screen)

    def write(self, tx: Tx) -> None:
        """Write the collected runs."""
        self._writing, self._noted = self._noted, {}
        self._seeking, self._sought = self._sought, {}
        self._writing_since_s, self._since_s = self._since_s, None
        if self._seeking:
            self._seek(tx)
        rows = [
            (screen, self._begun.get((screen, from_s), from_s), run.last_s, run.kind)
            for (screen, from_s), run in self._writing.items()
        ]
        if rows:
            rows.sort()
            tx.run_many(_SAVE, rows)

    def settle(self, *, committed: bool) -> None:
        """Drop written runs if durable; else keep them, unless newer ones were recorded."""
        if not committed:
            for key, run in self._writing.items():
                self._noted.setdefault(key, run)
            for key in self._seeking:
                self._sought.setdefault(key)
            if self._writing_since_s is not None:
                self._since_s = self._writing_since_s
        self._writing, self._seeking = {}, {}
        for key in [key for key in self._begun if not self._is_used(key)]:
            del self._begun[key]

    def _begin(self, screen: int, at_s: int, kind: int, *, is_first: bool) -> ContactRun:
        if screen in self._reset:
            self._reset.discard(screen)
        elif is_first:
            self._sought[screen, at_s] = None
        # The clock may have been set back into another run, which must not be shortened.
        former = self._noted.get((screen, at_s))
        return ContactRun(at_s, at_s if former is None else max(at_s, former.last_s), kind)

    def _seek(self, tx: Tx) -> None:
        """Find the stored runs that those of this process continue."""
        asked = list(self._seeking)
        firsts = dict(asked)
        for screen, from_s, last_s, kind in tx.rows_for(_LAST, asked):
            key = (screen, firsts[screen])
            mine = self._writing.get(key) or self._noted.get(key)
            if mine is not None and mine.kind == kind and key[1] <= last_s + RUN_GAP_S:
                self._begun[key] = from_s

    def _is_used(self, key: Key) -> bool:
        current = self._current.get(key[0])
        return key in self._noted or (current is not None and current.from_s == key[1])

    def _give_up(self) -> None:
        self._noted, self._current = {}, {}
        self._sought, self._begun = {}, {}
        self._since_s = None
