"""Current status of screens, from their last contact, hours and exclusions."""

from collections.abc import Callable, Collection, Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.foundation.civil_time import Civil
from server.foundation.core import Core
from server.inventory.district.queries import uptime_rules
from server.inventory.screens.models import Screen
from server.inventory.venues.kinds import VEHICLES
from server.inventory.venues.models import Venue
from server.monitoring.availability.day_store import mark
from server.monitoring.availability.rollup_job import last_heartbeat_s, refresh
from server.monitoring.duty.operating_hours import excused_of
from server.monitoring.fleet import queries as reading
from server.monitoring.fleet.status import Now, State, state_of
from server.monitoring.fleet.today_cache import TodayCache
from server.monitoring.heartbeats.classifier import Kind
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx

KEPT_MS: Final = 10_000
States = Mapping[int, State]
Case = tuple[int | None, bytes | None, bool, int, bool]
"""Inputs of a state: the last heartbeat, hours, an exclusion, grace, a vehicle."""
Seen = tuple[State, int | None]
"""A state, and the last contact (s); None without any."""


class NewestContacts:
    """The last contact of each screen (s), also where it isn't stored yet, as after a start.

    The room that holds the sockets puts its own in this place (`PlaylogRuntime.remember`); other
    processes have none.
    """

    def __init__(self, read: Callable[[], Mapping[int, int]] = dict) -> None:
        self._read = read

    def beside(self, stored: Mapping[int, int | None]) -> Mapping[int, int | None]:
        """Stored contacts (with their kind, `KINDS`) and newer ones, of the kind stored last."""
        newer = {
            screen: last_s * reading.KINDS + (stored.get(screen) or Kind.FINE) % reading.KINDS
            for screen, last_s in self._read().items()
            if last_s > (stored.get(screen) or 0) // reading.KINDS
        }
        return {**stored, **newer} if newer else stored


class StatusSnapshot:
    """The records of some screens at one instant, with contacts that aren't stored yet.

    `now_s`: the instant. `as_of_s`: until when figures are valid, by the job's last pass. Both are
    on the day `today`, which began at `start_s`. All are 0 before the first pass.
    """

    def __init__(
        self,
        core: Core,
        session: Session,
        tx: Tx,
        screens: Collection[int],
        parts: PlaylogRuntime,
    ) -> None:
        civil = Civil(core.settings.zone)
        self.as_of_s = mark(tx, "as_of")
        # The current day of the figures; just after midnight that is still yesterday.
        self.today = civil.day_of(self.as_of_s * 1000)
        self.start_s = civil.start_of(self.today) // 1000
        heartbeat_s = last_heartbeat_s(core, tx) if self.as_of_s else 0
        is_same_day = civil.day_of(heartbeat_s * 1000) == self.today
        self.now_s = max(heartbeat_s, self.as_of_s) if is_same_day else self.as_of_s
        stored = reading.last_contacts(tx, screens, max(heartbeat_s, self.now_s))
        self._contacts = parts.remembered(NewestContacts).beside(stored)
        self.version, self.running = parts.remembered(TodayCache).of(tx, self.today, screens)
        self._back_s = tx.number("SELECT COALESCE(MAX(from_s), 0) FROM server_runs")
        self._away_s = tx.number(
            "SELECT COALESCE(MAX(last_s), 0) FROM server_runs WHERE from_s < ?", (self._back_s,)
        )
        self._excused = excused_of(session, screens, self.now_s, self.now_s + 1)
        self._cached: dict[Case, Seen] = {}

    def seen(self, screen: int, grace_s: int, moves: bool) -> Seen:
        """A screen's state and last contact."""
        today = self.running.get(screen)
        operating = today.operating if today is not None else None
        case = (self._contacts.get(screen), operating, screen in self._excused, grace_s, moves)
        found = self._cached.get(case)
        if found is None:
            # Most screens of a fleet had contact in the same seconds and have equal hours.
            found = self._cached[case] = self._seen(*case)
        return found

    def _seen(
        self,
        contact: int | None,
        operating: bytes | None,
        is_excused: bool,
        grace_s: int,
        moves: bool,
    ) -> Seen:
        last_s, kind = (None, 0) if contact is None else divmod(contact, reading.KINDS)
        into_s = self.now_s - self.start_s
        is_open = operating is not None and reading.is_open(operating, into_s)
        now = (self.now_s, self._back_s, grace_s, is_open, is_excused, moves, last_s, kind)
        return state_of(Now(*now, self._away_s)), last_s


class StatesCache:
    """Caches the states of all screens in service, for pages that many people keep open.

    `compute` computes them; if it returns None, the previous states stay.
    """

    def __init__(
        self,
        compute: Callable[[Core, PlaylogRuntime], States | None] | None = None,
        kept_ms: int = KEPT_MS,
    ) -> None:
        self._compute = compute or _all_states
        self._kept_ms = kept_ms
        self._at_ms = 0
        self._found: Mapping[int, State] | None = None

    def of(self, core: Core, parts: PlaylogRuntime) -> Mapping[int, State]:
        """States by screen, at most 10 s old."""
        now_ms = core.clock.now_ms()
        if self._found is None or not 0 <= now_ms - self._at_ms < self._kept_ms:
            found = self._compute(core, parts)
            self._found, self._at_ms = self._found if found is None else found, now_ms
        return self._found or {}


def _all_states(core: Core, parts: PlaylogRuntime) -> Mapping[int, State]:
    refresh(core, parts)
    query = (
        select(Screen.id, Venue.kind)
        .join(Venue, Screen.venue_id == Venue.id)
        .where(Screen.retired_at.is_(None), Screen.revoked_at.is_(None))
    )
    with core.config.read() as session:
        kinds = {row[0]: row[1] for row in session.execute(query)}
        graces = uptime_rules(session).grace_s
        with snapshot(core.plays) as tx:
            seen = StatusSnapshot(core, session, tx, kinds.keys(), parts)
    return {
        screen: seen.seen(screen, graces.get(kind, 0), kind in VEHICLES)[0]
        for screen, kind in kinds.items()
    }
