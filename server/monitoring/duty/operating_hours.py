"""Operating hours of screens, exclusions from them, and the grace of heartbeats.

All instants are whole seconds since 1970 UTC; spans are half-open, sorted and disjoint.
"""

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Executable, Text, cast, or_, select
from sqlalchemy.orm import Session

from playlists.windows import (
    DAY_MINUTES,
    ClockRange,
    DayCalendar,
    Span,
    VenueHours,
    clip,
    instant_ms,
    opening_spans,
    union,
)
from server.campaigns.targeting.venue_hours import venue_hours
from server.inventory.district.queries import uptime_rules
from server.inventory.screens.models import Screen, ScreenPause
from server.inventory.venues.kinds import VEHICLES
from server.inventory.venues.models import Line, Venue
from server.monitoring.duty.maintenance import maintained
from server.monitoring.duty.vehicle_hours import (
    Days,
    Rosters,
    only_stops,
    read_rosters,
    service,
    with_roster,
    with_service,
)
from server.monitoring.exemptions.queries import excused_times

FEW = 1000
"""Up to here numbers go into a query; beyond, reading all rows is cheaper."""


class VenuePlacement(NamedTuple):
    """A screen's past place: its venue, with that venue's line and kind then."""

    venue: int
    line: int | None
    kind: str


Then = Mapping[int, VenuePlacement]
"""By screen, its place at the time in question; screens left out have not moved."""
STILL: Then = {}
Service = tuple[str | None, str | None]
"""A line's first and last."""


class _Times(NamedTuple):
    """Opening hours in the API's form."""

    timezone: str
    hours: Mapping[str, Any]
    closed_dates: Sequence[str]
    extra_hours: Mapping[str, Any]
    own_share: float = 0.0


class _Place(NamedTuple):
    """The inputs of a venue's hours; opening hours as JSON, since few venues differ."""

    venue: int
    line: int | None
    kind: str
    timezone: str
    hours: str
    closed_dates: str
    extra_hours: str
    first_service: str | None
    last_service: str | None

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for venues with the same regular hours."""
        return self.kind in VEHICLES, *self[3:]

    @property
    def usual(self) -> VenueHours:
        """Opening hours; for a vehicle its line's first to last service."""
        hours = _opening(self.timezone, self.hours, self.closed_dates, self.extra_hours)
        if self.kind not in VEHICLES:
            return hours
        return with_service(hours, service(self.first_service, self.last_service))


@lru_cache(maxsize=1024)
def _opening(timezone: str, *texts: str) -> VenueHours:
    return venue_hours(_Times(timezone, *(orjson.loads(text) for text in texts)), DayCalendar())


def operating_of(
    session: Session, screens: Collection[int], from_s: int, until_s: int, then: Then = STILL
) -> Mapping[int, tuple[Span, ...]]:
    """By screen, its operating hours within [from_s, until_s).

    A venue's opening hours in its own zone, with closed dates and extra hours. A vehicle: its
    line's first to last service instead of weekly hours; on a day with a roster only the roster.
    Unknown screens are left out.
    """
    stop_min = uptime_rules(session).engine_stop_s // 60
    rosters = _rosters(session, from_s, until_s)
    cached: dict[object, tuple[Span, ...]] = {}
    found: dict[int, tuple[Span, ...]] = {}
    for screen, place in _places(session, screens, then):
        days = _rostered(rosters, place)
        key = (place.key, tuple(days.items()))
        if key not in cached:
            hours = with_roster(place.usual, days, stop_min)
            cached[key] = open_seconds(hours, from_s, until_s)
        found[screen] = cached[key]
    return found


def excused_of(
    session: Session, screens: Collection[int], from_s: int, until_s: int, then: Then = STILL
) -> Mapping[int, tuple[Span, ...]]:
    """By screen, the SLA exclusions within [from_s, until_s); screens without any are left out.

    Declared pauses, approved exemptions, planned maintenance, and scheduled engine stops of buses.
    """
    wanted = set(screens)
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    for screen, low_ms, high_ms in _excuses(session, from_s * 1000, until_s * 1000):
        if screen in wanted:
            spans[screen].append((low_ms // 1000, high_ms // 1000))
    for screen, stops in _engine_stops(session, wanted, from_s, until_s, then):
        spans[screen] += stops
    return {
        screen: kept
        for screen, one in spans.items()
        if (kept := tuple(clip(union(one), from_s, until_s)))
    }


def graces(session: Session, then: Then = STILL) -> Mapping[int, int]:
    """By screen, the grace of a heartbeat in seconds, by its venue's kind."""
    rules = uptime_rules(session)
    query = select(Screen.id, Venue.kind).join(Venue, Screen.venue_id == Venue.id)
    kinds = dict(session.execute(query).all())
    kinds |= {
        one: placement.kind for one, placement in then.items() if placement.kind in rules.grace_s
    }
    return {screen: rules.grace_s[kind] for screen, kind in kinds.items()}


def _places(session: Session, screens: Collection[int], then: Then) -> Iterator[tuple[int, _Place]]:
    wanted = set(screens)
    elsewhere = {placement.venue for screen, placement in then.items() if screen in wanted}
    venues = {row[0]: _Place(*row) for row in session.execute(_venues(wanted, elsewhere))}
    services = _services(session) if elsewhere else {}
    query = select(Screen.id, Screen.venue_id)
    if len(wanted) <= FEW:
        query = query.where(Screen.id.in_(wanted))
    for screen, venue in session.execute(query):
        if screen in wanted:
            placement = then.get(screen)
            # A venue deleted since took its hours with it.
            if placement is None or placement.venue not in venues:
                yield screen, venues[venue]
            else:
                yield screen, _of_then(venues[placement.venue], services, placement)


def _of_then(place: _Place, services: Mapping[int, Service], placement: VenuePlacement) -> _Place:
    first, last = services.get(placement.line or 0, (None, None))
    return place._replace(
        line=placement.line, kind=placement.kind, first_service=first, last_service=last
    )


def _services(session: Session) -> Mapping[int, Service]:
    query = select(Line.id, Line.first_service, Line.last_service)
    return {line: (first, last) for line, first, last in session.execute(query)}


def _venues(wanted: set[int], elsewhere: set[int]) -> Executable:
    query = select(
        Venue.id,
        Venue.line_id,
        Venue.kind,
        Venue.timezone,
        cast(Venue.hours, Text),
        cast(Venue.closed_dates, Text),
        cast(Venue.extra_hours, Text),
        Line.first_service,
        Line.last_service,
    ).outerjoin(Line, Venue.line_id == Line.id)
    if len(wanted) > FEW:
        return query
    now = select(Screen.venue_id).where(Screen.id.in_(wanted))
    return query.where(or_(Venue.id.in_(now), Venue.id.in_(elsewhere)))


def _rosters(session: Session, from_s: int, until_s: int) -> Rosters:
    """Rosters whose services may overlap the time: past midnight, in any zone."""
    return read_rosters(
        session, _date(from_s) - timedelta(days=3), _date(until_s) + timedelta(days=1)
    )


def _date(at_s: int) -> date:
    return datetime.fromtimestamp(at_s, UTC).date()


def _rostered(rosters: Rosters, place: _Place) -> Days:
    return rosters.of(place.line, place.venue) if place.kind in VEHICLES else {}


def _engine_stops(
    session: Session, wanted: set[int], from_s: int, until_s: int, then: Then
) -> Iterator[tuple[int, Iterable[Span]]]:
    rosters = _rosters(session, from_s, until_s)
    if not rosters.duties:
        return
    stop_min = uptime_rules(session).engine_stop_s // 60
    venues = dict(session.execute(select(Screen.id, Screen.venue_id)).all())
    venues |= {screen: placement.venue for screen, placement in then.items()}
    on_duty = {screen for screen, venue in venues.items() if venue in rosters.duties}
    for screen, place in _places(session, on_duty & wanted, then):
        days = _rostered(rosters, place)
        if days:
            stops = only_stops(place.usual, days, stop_min)
            yield screen, open_seconds(stops, from_s, until_s)


def open_seconds(hours: VenueHours, from_s: int, until_s: int) -> tuple[Span, ...]:
    """The spans of opening hours within [from_s, until_s)."""
    spans = opening_spans(hours, from_s * 1000, until_s * 1000)
    return tuple((low // 1000, high // 1000) for low, high in spans)


def _excuses(session: Session, from_ms: int, until_ms: int) -> Iterator[tuple[int, int, int]]:
    yield from excused_times(session, from_ms, until_ms)
    yield from maintained(session, from_ms, until_ms)
    query = select(ScreenPause.screen_id, ScreenPause.from_at, ScreenPause.until_at)
    query = query.where(ScreenPause.from_at < until_ms, ScreenPause.until_at > from_ms)
    for pause in session.execute(query):
        yield pause.screen_id, pause.from_at, pause.until_at


def roster_stamps(
    session: Session, screens: Collection[int], from_s: int, until_s: int, then: Then = STILL
) -> Mapping[int, int]:
    """By screen of a vehicle with a roster near the time, a number that changes with the roster."""
    rosters = _rosters(session, from_s, until_s)
    if not rosters.days:
        return {}
    stop_min = uptime_rules(session).engine_stop_s // 60
    found: dict[int, int] = {}
    for screen, place in _places(session, screens, then):
        days = _reaching(place, _rostered(rosters, place), from_s, until_s)
        if days:
            # Never 0, which means no roster.
            text = repr((stop_min, sorted(days.items())))
            found[screen] = zlib.crc32(text.encode()) >> 1 | 1
    return found


def _reaching(place: _Place, days: Days, from_s: int, until_s: int) -> Days:
    """A vehicle's rosters that affect [from_s, until_s)."""
    usual = service(place.first_service, place.last_service)
    found: dict[date, tuple[ClockRange, ...]] = {}
    for day, ranges in days.items():
        zone = ZoneInfo(place.timezone)
        ends = [one.until_min for one in (*ranges, *([usual] if usual else ()))]
        until_ms = instant_ms(zone, day, max(DAY_MINUTES, *ends, 0))
        if instant_ms(zone, day, 0) < until_s * 1000 and until_ms > from_s * 1000:
            found[day] = ranges
    return found
