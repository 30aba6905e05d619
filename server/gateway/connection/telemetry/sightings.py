"""Collects sightings of screens in the serving process, for detection rounds in the jobs process.

Events (a copy, a refused assignment, lost plays) arrive as published events; states (an unsure
clock, full storage) are read from the last heartbeats. Both are collected in memory and written
twice a minute; after a kill players report unwritten ones again, unless they were short-lived.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.orm import Session

from server.foundation.core import Core
from server.gateway.connection.messages import Beat
from server.gateway.connection.presence import Presence
from server.gateway.events import CloneSuspected, IncidentsReported
from server.inventory.district.alert_thresholds import AlertRules
from server.inventory.district.queries import alert_rules
from server.inventory.screens.events import EnrolmentRefused
from server.inventory.screens.models import Screen
from server.inventory.screens.status import LATE_AFTER_MS
from server.monitoring.detection.sighting_rules import GONE_MS, STATES_SEEN
from server.monitoring.incidents.catalogue import CODES
from server.monitoring.incidents.models import Sighting

LONGEST: Final = 200
# Other codes end by themselves and are detected by rounds; reported by a player they would have no
# end. Clones, refused enrolments and reports by people are unknown to players.
REPORTED_CODES: Final = frozenset(code for code, kind in CODES.items() if kind.by_event) - {
    "clone_suspected", "enrolment_refused", "reported"
}  # fmt: skip


@dataclass
class _Noted:
    """A sighting of one screen since the last write."""

    first_ms: int
    last_ms: int
    count: int = 0
    detail: str = ""


@dataclass
class SightingCollector:
    """Collects sightings until they are written."""

    core: Core
    presence: Presence
    _noted: dict[tuple[int, str], _Noted] = field(default_factory=dict)

    def on_reported(self, notice: IncidentsReported) -> None:
        """A player reported faults."""
        for one in notice.incidents:
            if one.code in REPORTED_CODES:
                self._note(notice.screen_id, one.code, notice.at_ms, one.count, one.detail or "")

    def on_clone(self, notice: CloneSuspected) -> None:
        """Two players share a credential."""
        self._note(notice.screen_id, "clone_suspected", notice.at_ms)

    def on_refused(self, notice: EnrolmentRefused) -> None:
        """A player enrolled with the serial number of a screen in use."""
        now_ms = self.core.clock.now_ms()
        self._note(notice.screen_id, "enrolment_refused", now_ms, detail=notice.serial)

    def write(self) -> int:
        """Write collected sightings and current states; returns the number of rows."""
        now_ms = self.core.clock.now_ms()
        for screen, code, detail in self._states(now_ms) if self.core.lead.is_mine else ():
            self._note(screen, code, now_ms, detail=detail)
        noted, self._noted = self._noted, {}
        if not noted:
            return 0
        try:
            with self.core.config.write() as session:
                for (screen, code), one in noted.items():
                    _keep(session, screen, code, one)
        except Exception:
            self._noted = noted | self._noted
            raise
        return len(noted)

    def _states(self, now_ms: int) -> Iterator[tuple[int, str, str]]:
        with self.core.config.read() as session:
            alerts = alert_rules(session)
        for screen, contact in self.presence.contacts():
            if now_ms - contact.at_ms < LATE_AFTER_MS:
                for code, detail in states_of(contact.beat, alerts):
                    yield screen, code, detail

    def _note(self, screen: int, code: str, at_ms: int, count: int = 1, detail: str = "") -> None:
        one = self._noted.setdefault((screen, code), _Noted(at_ms, at_ms))
        one.last_ms, one.count = max(one.last_ms, at_ms), one.count + count
        one.detail = detail[:LONGEST] or one.detail


def states_of(beat: Beat, alerts: AlertRules) -> Iterator[tuple[str, str]]:
    """States in a heartbeat that become incidents if they last, with a figure."""
    unsure = beat.clock.uncertainty_ms if beat.clock is not None else None
    if unsure is not None and unsure > 1000 * alerts.clock_unsure_s:
        yield "clock_uncertain", f"{unsure / 1000:.1f} s"
    storage = beat.storage
    if storage is not None and storage.quota and storage.used is not None:
        share = storage.used / storage.quota
        if 100 * share > alerts.storage_pct:
            yield "storage_low", f"{100 * share:.0f} %"


def _keep(session: Session, screen: int, code: str, one: _Noted) -> None:
    row = session.get(Sighting, (screen, code))
    if row is None:
        if session.get(Screen, screen) is None:
            return
        row = Sighting(screen_id=screen, code=code, first_at=one.first_ms, count=0)
        session.add(row)
    elif code in STATES_SEEN and one.first_ms - row.last_at >= GONE_MS:
        row.first_at = one.first_ms
    row.last_at, row.count = one.last_ms, min(row.count + one.count, 2**31 - 1)
    row.detail = one.detail
