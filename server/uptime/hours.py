"""When each screen is meant to run, when that is excused, and how long a beat counts for it.

All instants are whole seconds since 1970 UTC, spans are half-open, sorted and disjoint.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from playlists.windows import DayCalendar, Span, VenueHours, clip, opening_spans, union
from server.campaigns.venue_hours import hours_key, venue_hours
from server.district.queries import uptime_rules
from server.exemptions.queries import excused_times
from server.screens.models import Screen, ScreenPause
from server.uptime.duties import (
    Days,
    Rosters,
    only_stops,
    read_rosters,
    service,
    with_roster,
    with_service,
)
from server.uptime.maintenance import maintained
from server.venues.kinds import VEHICLES
from server.venues.models import Line, Venue

FEW = 1000
"""Up to here numbers go into a query; beyond, reading all costs less."""


class _Place(NamedTuple):
    """What a venue's hours are made of, as the API has it."""

    venue: int
    kind: str
    timezone: str
    hours: Mapping[str, Any]
    closed_dates: list[str]
    extra_hours: Mapping[str, Any]
    line: int | None
    first_service: str | None
    last_service: str | None
    own_share: float = 0.0

    @property
    def usual(self) -> VenueHours:
        """Opening hours; of a vehicle its line's first to last service."""
        hours = venue_hours(self, DayCalendar())
        if self.kind not in VEHICLES:
            return hours
        return with_service(hours, service(self.first_service, self.last_service))


def operating_of(
    session: Session, screens: Collection[int], from_s: int, until_s: int
) -> Mapping[int, tuple[Span, ...]]:
    """By screen, when it is meant to run within [from_s, until_s).

    A venue's opening hours in its own zone, with closed dates and extra hours. A vehicle: its
    line's first to last service instead of weekly hours; on a day with a roster what that says,
    and nothing else. Screens that aren't there are left out.
    """
    stop_min = uptime_rules(session).engine_stop_s // 60
    rosters = _rosters(session, from_s, until_s)
    known: dict[str, tuple[Span, ...]] = {}
    found: dict[int, tuple[Span, ...]] = {}
    for screen, place in _places(session, screens):
        days = _rostered(rosters, place)
        key = f"{place.kind in VEHICLES}{hours_key(place)}{place[6:9]}{days or ''}"
        if key not in known:
            hours = with_roster(place.usual, days, stop_min)
            known[key] = _seconds(hours, from_s, until_s)
        found[screen] = known[key]
    return found


def excused_of(
    session: Session, screens: Collection[int], from_s: int, until_s: int
) -> Mapping[int, tuple[Span, ...]]:
    """By screen, when display isn't owed within [from_s, until_s); those without are left out.

    Declared pauses, approved exemptions, planned maintenance, known stops of a bus's engine.
    """
    wanted = set(screens)
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    for screen, low_ms, high_ms in _excuses(session, from_s * 1000, until_s * 1000):
        if screen in wanted:
            spans[screen].append((low_ms // 1000, high_ms // 1000))
    for screen, stops in _engine_stops(session, wanted, from_s, until_s):
        spans[screen] += stops
    return {
        screen: kept
        for screen, one in spans.items()
        if (kept := tuple(clip(union(one), from_s, until_s)))
    }


def graces(session: Session) -> Mapping[int, int]:
    """By screen, for how many seconds a beat counts: as its venue's kind has it."""
    rules = uptime_rules(session)
    query = select(Screen.id, Venue.kind).join(Venue, Screen.venue_id == Venue.id)
    return {screen: rules.grace_s[kind] for screen, kind in session.execute(query)}


def _places(session: Session, screens: Collection[int]) -> Iterator[tuple[int, _Place]]:
    wanted = set(screens)
    venues = {row[0]: _Place(*row) for row in session.execute(_venues(wanted))}
    query = select(Screen.id, Screen.venue_id)
    if len(wanted) <= FEW:
        query = query.where(Screen.id.in_(wanted))
    for screen, venue in session.execute(query):
        if screen in wanted:
            yield screen, venues[venue]


def _venues(wanted: set[int]) -> Select[Any]:
    query = select(
        Venue.id,
        Venue.kind,
        Venue.timezone,
        Venue.hours,
        Venue.closed_dates,
        Venue.extra_hours,
        Venue.line_id,
        Line.first_service,
        Line.last_service,
    ).outerjoin(Line, Venue.line_id == Line.id)
    if len(wanted) > FEW:
        return query
    return query.where(Venue.id.in_(select(Screen.venue_id).where(Screen.id.in_(wanted))))


def _rosters(session: Session, from_s: int, until_s: int) -> Rosters:
    """Those whose services may reach into the time: past midnight, in any zone."""
    return read_rosters(
        session, _date(from_s) - timedelta(days=3), _date(until_s) + timedelta(days=1)
    )


def _date(at_s: int) -> date:
    return datetime.fromtimestamp(at_s, UTC).date()


def _rostered(rosters: Rosters, place: _Place) -> Days:
    return rosters.of(place.line, place.venue) if place.kind in VEHICLES else {}


def _engine_stops(
    session: Session, wanted: set[int], from_s: int, until_s: int
) -> Iterator[tuple[int, Iterable[Span]]]:
    rosters = _rosters(session, from_s, until_s)
    if not rosters.duties:
        return
    stop_min = uptime_rules(session).engine_stop_s // 60
    for screen, place in _places(session, wanted):
        days = _rostered(rosters, place)
        if days:
            stops = only_stops(place.usual, days, stop_min)
            yield screen, _seconds(stops, from_s, until_s)


def _seconds(hours: VenueHours, from_s: int, until_s: int) -> tuple[Span, ...]:
    spans = opening_spans(hours, from_s * 1000, until_s * 1000)
    return tuple((low // 1000, high // 1000) for low, high in spans)


def _excuses(session: Session, from_ms: int, until_ms: int) -> Iterator[tuple[int, int, int]]:
    yield from excused_times(session, from_ms, until_ms)
    yield from maintained(session, from_ms, until_ms)
    query = select(ScreenPause.screen_id, ScreenPause.from_at, ScreenPause.until_at)
    query = query.where(ScreenPause.from_at < until_ms, ScreenPause.until_at > from_ms)
    for pause in session.execute(query):
        yield pause.screen_id, pause.from_at, pause.until_at
