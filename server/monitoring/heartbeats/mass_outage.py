"""Detects mass outages: many screens lost at once are one incident upstream of them.

A screen is lost after two and a half intervals without a heartbeat. If more than max(5, 30 % by
default) of the screens seen in the last five minutes are lost, with last heartbeats within a minute
of each other, that is a mass outage from the earliest of these heartbeats on. It ends when more
than half of them are back, or after a day (`lasts`, also used for incidents, so that notified and
stored state agree). Several may be open at a time; a server start ends none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from server.inventory.district.alert_thresholds import AS_DELIVERED, AlertRules
from server.inventory.screens.status import LATE_S
from server.monitoring.heartbeats.events import UpstreamBack, UpstreamLost
from server.playlog.store.transaction import Tx

ONLINE_S: Final = 300
TOGETHER_S: Final = 60
LONGEST_S: Final = 86_400
AROUND_S: Final = 5
"""Last heartbeats may precede the earliest one by so many seconds, by rounding."""

_SAVE: Final = (
    "INSERT INTO upstream_runs (from_s, until_s, gone, online) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (from_s) DO UPDATE SET until_s = excluded.until_s, gone = excluded.gone, "
    "online = excluded.online"
)
_GONE: Final = (
    "SELECT screen, MAX(last_s) FROM contact_runs WHERE last_s >= ? GROUP BY screen "
    "HAVING MAX(last_s) <= ?"
)
Notice = UpstreamLost | UpstreamBack
Row = tuple[int, int, int]


def lasts(gone: int, away: int, for_s: int) -> bool:
    """Whether it lasts: at least half of its screens are away, for a day at most."""
    return 2 * away >= gone and for_s < LONGEST_S


@dataclass
class _Incident:
    """An open mass outage: by screen its last heartbeat before, and the number ever lost."""

    from_s: int
    online: int
    gone: dict[int, int]
    size: int


@dataclass
class Upstream:
    """Last heartbeats of all screens in contact, and the open mass outages.

    `alerts` may be replaced at any time.
    """

    alerts: AlertRules = AS_DELIVERED
    _last: dict[int, int] = field(default_factory=dict)
    _incidents: list[_Incident] = field(default_factory=list)
    # Screens of ended mass outages: they count again after their next heartbeat.
    _spent: set[int] = field(default_factory=set)
    _noted: dict[int, Row] = field(default_factory=dict)
    _writing: Mapping[int, Row] = field(default_factory=dict)
    _pending_notices: list[Notice] = field(default_factory=list)
    _writing_notices: list[Notice] = field(default_factory=list)
    _durable_notices: list[Notice] = field(default_factory=list)

    def resume(self, tx: Tx) -> None:
        """Load open mass outages of the previous process, with screens still without contact."""
        self._incidents = []
        rows = tx.rows("SELECT from_s, gone, online FROM upstream_runs WHERE until_s = 0")
        for from_s, size, online in rows:
            within = (from_s - AROUND_S, from_s + TOGETHER_S)
            gone = {int(row[0]): int(row[1]) for row in tx.rows(_GONE, within)}
            self._incidents.append(_Incident(from_s, online, gone, max(size, len(gone))))

    def receive(self, screen: int, at_s: int) -> None:
        """Record a heartbeat."""
        self._last[screen] = at_s
        self._spent.discard(screen)

    def forget(self, screen: int) -> None:
        """Drop a screen: it has another player, or none; its silence has no meaning."""
        self._last.pop(screen, None)

    def detect(self, at_s: int, *, vouched: bool) -> None:
        """Detect begin and end; without `vouched` time before, no screen counts as lost."""
        if not vouched:
            self._last = {}
            return
        for incident in list(self._incidents):
            self._follow(incident, at_s)
        self._last = {screen: last for screen, last in self._last.items() if last > at_s - ONLINE_S}
        self._search(at_s)

    def write(self, tx: Tx) -> None:
        """Write the collected rows."""
        self._writing, self._noted = self._noted, {}
        self._writing_notices, self._pending_notices = self._pending_notices, []
        if self._writing:
            rows = [(from_s, *row) for from_s, row in sorted(self._writing.items())]
            tx.run_many(_SAVE, rows)

    def settle(self, *, committed: bool) -> None:
        """Drop written rows if they are durable, and publish their events; else keep them."""
        if committed:
            self._durable_notices += self._writing_notices
        else:
            for from_s, row in self._writing.items():
                self._noted.setdefault(from_s, row)
            self._pending_notices[:0] = self._writing_notices
        self._writing, self._writing_notices = {}, []

    def take_notices(self) -> list[Notice]:
        """Durable events that are not published yet."""
        found, self._durable_notices = self._durable_notices, []
        return found

    def _search(self, at_s: int) -> None:
        already_lost = {screen for one in self._incidents for screen in one.gone}
        silent = {one: last for one, last in self._silent(at_s).items() if one not in already_lost}
        gone = _together(silent)
        online = len(self._last)
        if not self.alerts.is_crowd(len(gone), online):
            return
        incident = _Incident(min(gone.values()), online, gone, len(gone))
        self._incidents.append(incident)
        self._note_lost(incident)

    def _follow(self, incident: _Incident, at_s: int) -> None:
        more = {
            screen: last
            for screen, last in self._silent(at_s).items()
            if screen not in incident.gone
            and incident.from_s <= last <= incident.from_s + TOGETHER_S
        }
        incident.gone |= more
        incident.size += len(more)
        missing = {screen for screen, last in incident.gone.items() if self._is_away(screen, last)}
        if more:
            self._note_lost(incident)
        if not lasts(incident.size, len(missing), at_s - incident.from_s):
            self._end(incident, at_s, missing)

    def _end(self, incident: _Incident, at_s: int, missing: set[int]) -> None:
        until_s = max(at_s, incident.from_s + 1)
        self._note(incident, until_s)
        self._spent |= missing
        self._incidents.remove(incident)
        self._pending_notices.append(UpstreamBack(incident.from_s, until_s, frozenset(missing)))

    def _is_away(self, screen: int, last_s: int) -> bool:
        return self._last.get(screen, last_s) <= last_s

    def _silent(self, at_s: int) -> dict[int, int]:
        """Last heartbeats of the lost screens."""
        limit_s = at_s - LATE_S
        return {
            screen: last
            for screen, last in self._last.items()
            if last <= limit_s and screen not in self._spent
        }

    def _note_lost(self, incident: _Incident) -> None:
        self._note(incident, 0)
        lost = UpstreamLost(incident.from_s, frozenset(incident.gone), incident.online)
        self._pending_notices.append(lost)

    def _note(self, incident: _Incident, until_s: int) -> None:
        self._noted[incident.from_s] = (until_s, incident.size, incident.online)


def _together(silent: Mapping[int, int]) -> dict[int, int]:
    """The largest set of last heartbeats that are within a minute of each other."""
    ordered = sorted(silent.items(), key=lambda pair: pair[1])
    begin = best = best_begin = 0
    for end, (_, last) in enumerate(ordered):
        while ordered[begin][1] < last - TOGETHER_S:
            begin += 1
        if end + 1 - begin > best:
            best, best_begin = end + 1 - begin, begin
    return dict(ordered[best_begin : best_begin + best])
