"""When each screen is meant to run, when that is excused, and how long a beat counts for it.

All instants are whole seconds since 1970 UTC, spans are half-open, sorted and disjoint.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from playlists.windows import (
    DAY_MINUTES,
    WEEKDAYS,
    ClockRange,
    DayCalendar,
    Span,
    VenueHours,
    clip,
    opening_spans,
    union,
)
from server.campaigns.venue_hours import hours_key, venue_hours
from server.district.queries import uptime_rules
from server.exemptions.queries import excused_times
from server.screens.models import Screen, ScreenPause
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
    first_service: str | None
    last_service: str | None
    own_share: float = 0.0


def operating_of(
    session: Session, screens: Collection[int], from_s: int, until_s: int
) -> Mapping[int, tuple[Span, ...]]:
    """By screen, when it is meant to run within [from_s, until_s).

    A venue's opening hours in its own zone, with closed dates and extra hours; for a vehicle on a
    line, the line's first to last service instead of weekly hours, past midnight too. Screens that
    aren't there have none.
    """
    known: dict[str, tuple[Span, ...]] = {}
    found: dict[int, tuple[Span, ...]] = {}
    for screen, place in _places(session, screens):
        service = _service(place)
        key = f"{hours_key(place)}{service}"
        if key not in known:
            known[key] = _open(place, service, from_s, until_s)
        found[screen] = known[key]
    return found


def excused_of(
    session: Session, screens: Collection[int], from_s: int, until_s: int
) -> Mapping[int, tuple[Span, ...]]:
    """By screen, when its standing still is excused within [from_s, until_s); none are left out.

    Declared pauses and approved exemptions.
    """
    wanted = set(screens)
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    for screen, low_ms, high_ms in _excuses(session, from_s * 1000, until_s * 1000):
        if screen in wanted:
            spans[screen].append((low_ms // 1000, high_ms // 1000))
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
    venues = {row[0]: _Place(*row) for row in session.execute(_venues(session, wanted))}
    query = select(Screen.id, Screen.venue_id)
    if len(wanted) <= FEW:
        query = query.where(Screen.id.in_(wanted))
    for screen, venue in session.execute(query):
        if screen in wanted:
            yield screen, venues[venue]


def _venues(session: Session, wanted: set[int]) -> Select[Any]:
    query = select(
        Venue.id,
        Venue.kind,
        Venue.timezone,
        Venue.hours,
        Venue.closed_dates,
        Venue.extra_hours,
        Line.first_service,
        Line.last_service,
    ).outerjoin(Line, Venue.line_id == Line.id)
    if len(wanted) > FEW:
        return query
    return query.where(Venue.id.in_(select(Screen.venue_id).where(Screen.id.in_(wanted))))


def _service(place: _Place) -> ClockRange | None:
    """From the first to the last service of a vehicle's line; None if it keeps its own hours."""
    if place.kind not in VEHICLES or not place.first_service or not place.last_service:
        return None
    first, last = _minutes(place.first_service), _minutes(place.last_service)
    # The line runs daily, so 24:00 to 00:30 is the same as 00:00 to 00:30.
    first %= DAY_MINUTES
    return ClockRange(first, last if last > first else last + DAY_MINUTES)


def _minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _open(place: _Place, service: ClockRange | None, from_s: int, until_s: int) -> tuple[Span, ...]:
    hours = venue_hours(place, DayCalendar())
    if service is not None:
        weekly = dict.fromkeys(WEEKDAYS, (service,))
        hours = VenueHours(hours.timezone, weekly, hours.closed, hours.extra)
    return _seconds(opening_spans(hours, from_s * 1000, until_s * 1000))


def _seconds(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple((low // 1000, high // 1000) for low, high in spans)


def _excuses(session: Session, from_ms: int, until_ms: int) -> Iterator[tuple[int, int, int]]:
    yield from excused_times(session, from_ms, until_ms)
    query = select(ScreenPause.screen_id, ScreenPause.from_at, ScreenPause.until_at)
    query = query.where(ScreenPause.from_at < until_ms, ScreenPause.until_at > from_ms)
    for pause in session.execute(query):
        yield pause.screen_id, pause.from_at, pause.until_at
