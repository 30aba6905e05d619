"""The contacts for the time by which the story's clock was moved.

A virtual player only beats at the present time. The box it simulates has beaten all the time
between, and so did the server: both are written down as the serving process would have, and rounds
check them for faults.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from playlists.windows import Span, intersect
from server.monitoring.detection import detector as rounds
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.store.transaction import Tx
from tests.support.app.clock import DAY_MS, START_MS
from tests.support.district.inventory import District, number_of

DAY_S = DAY_MS // 1000
MIDNIGHT_S = START_MS // 1000 - 9 * 3600
IN_SERVICE = (5 * 3600 + 50 * 60, 22 * 3600 + 40 * 60)
"""Seconds of the day at which a bus's box comes on and goes off; others are on day and night."""
BUS = "车厢前部"
_OWN = (
    "INSERT INTO server_runs (from_s, last_s) VALUES (?, ?) "
    "ON CONFLICT (from_s) DO UPDATE SET last_s = excluded.last_s"
)
_SCREENS = (
    "INSERT INTO contact_runs (screen, from_s, last_s, kind) VALUES (?, ?, ?, 0) "
    "ON CONFLICT (screen, from_s) DO UPDATE SET last_s = excluded.last_s"
)


@dataclass
class Hearing:
    """The server has listened since `since_s`, and until `until_s` all is written down."""

    here: District
    since_s: int
    until_s: int = 0
    _runs: dict[str, Span] = field(default_factory=dict)

    def goes_on(self, away: tuple[str, ...] = ()) -> None:
        """All but some screens were there until now."""
        low_s, now_s = self.until_s or self.since_s, self.here.world.clock.now_ms() // 1000
        for name in self.here.players:
            if name not in away:
                self._extend(name, (low_s, now_s))
        self.until_s = now_s
        playback_of(self.here.world.app).committer.submit(self._write)
        rounds.run_detection(self.here.world.core)

    def _extend(self, name: str, span: Span) -> None:
        for low_s, high_s in intersect([span], list(_on(name))):
            run = self._runs.get(name)
            goes_on = run is not None and run[1] == low_s
            self._runs[name] = (run[0] if run is not None and goes_on else low_s, high_s)

    def _write(self, tx: Tx) -> None:
        tx.run(_OWN, (self.since_s, self.until_s))
        rows = [(number_of(self.here.screens[name]), *run) for name, run in self._runs.items()]
        tx.run_many(_SCREENS, rows)


def _on(name: str) -> Iterator[Span]:
    """When its box has power, of the story's two days."""
    for day_s in (MIDNIGHT_S - DAY_S, MIDNIGHT_S):
        begin_s, end_s = IN_SERVICE if name == BUS else (0, DAY_S)
        yield day_s + begin_s, day_s + end_s
