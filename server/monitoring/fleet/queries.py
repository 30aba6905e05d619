"""Queries of the fleet page: places in scope, last contacts, daily figures."""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.foundation.public_ids import public
from server.inventory.screens.models import Screen
from server.inventory.venues import access
from server.inventory.venues.models import Line, Venue
from server.monitoring.availability.packed_records import as_number
from server.monitoring.availability.screen_day import unpacked_spans
from server.monitoring.fleet.placement_history import PastPlace
from server.playlog.store.transaction import Tx

FEW = 1000
"""Up to here numbers go into a query."""
KINDS = 8
"""More than the kinds of heartbeats, so that one number holds both time and kind."""
_VENUE = (
    Venue.id,
    Venue.name,
    Venue.kind,
    Venue.unit_id,
    Venue.line_id,
    Venue.vehicle,
    Venue.depot,
)
_HOP = (
    "SELECT MIN(screen) FROM contact_runs UNION ALL "
    "SELECT (SELECT MIN(screen) FROM contact_runs WHERE screen > known.screen) FROM known "
    "WHERE known.screen IS NOT NULL"
)
"""Skips from screen to screen, where DISTINCT would read all rows."""


class VenueRow(NamedTuple):
    """A venue in scope."""

    id: int
    name: str
    kind: str
    unit: int
    line: int | None
    vehicle: str
    depot: str


class ScreenRow(msgspec.Struct, frozen=True, gc=False):
    """A screen in service at a venue; `is_gone`: not there any more, or retired or revoked."""

    id: int
    name: str
    venue: int
    enrolled_at: int | None
    is_gone: bool = False


class Places(NamedTuple):
    """All places in a person's scope; names of units and lines by number."""

    venues: Mapping[int, VenueRow]
    screens: list[ScreenRow]
    units: Mapping[int, str]
    lines: Mapping[int, str]


def places(session: Session, actor: Actor, kinds: Collection[str] | None = None) -> Places:
    """Venues (of some kinds) and screens in the person's scope."""
    venues = select(*_VENUE).join(Unit, Venue.unit_id == Unit.id)
    venues = venues.where(access.rows(actor, "reports.read"))
    if kinds is not None:
        venues = venues.where(Venue.kind.in_(sorted(kinds)))
    found = {row[0]: VenueRow._make(row) for row in session.execute(venues)}
    screens = select(Screen.id, Screen.name, Screen.venue_id, Screen.enrolled_at).where(
        Screen.retired_at.is_(None), Screen.revoked_at.is_(None)
    )
    if len(found) <= FEW:
        screens = screens.where(Screen.venue_id.in_(found))
    rows = [ScreenRow(*row) for row in session.execute(screens)]
    return Places(
        found,
        [row for row in rows if row.venue in found],
        {row[0]: row[1] for row in session.execute(select(Unit.id, Unit.name))},
        {row[0]: row[1] for row in session.execute(select(Line.id, Line.name))},
    )


def ended_since(session: Session, at_ms: int) -> Collection[int]:
    """Screens that were retired or revoked after an instant."""
    since = or_(Screen.retired_at > at_ms, Screen.revoked_at > at_ms)
    return session.scalars(select(Screen.id).where(since)).all()


def with_gone(
    session: Session, found: Places, last: Mapping[int, PastPlace]
) -> tuple[Places, list[ScreenRow]]:
    """Rows of screens that moved away, and their last venues with the unit and line of then."""
    wanted = {spot.venue for spot in last.values()} - found.venues.keys()
    rows = session.execute(select(*_VENUE)) if wanted else ()
    former = {row[0]: VenueRow._make(row) for row in rows if row[0] in wanted}
    for spot in last.values():
        if spot.venue in wanted:
            row = former.get(spot.venue) or _deleted(spot)
            former[spot.venue] = row._replace(unit=spot.unit, line=spot.line or None)
    screens = session.execute(select(Screen.id, Screen.name, Screen.enrolled_at)) if last else ()
    venues = {**former, **found.venues}
    gone = [
        ScreenRow(screen, name, last[screen].venue, enrolled_at, is_gone=True)
        for screen, name, enrolled_at in screens
        if screen in last
    ]
    return found._replace(venues=venues), gone


def _deleted(spot: PastPlace) -> VenueRow:
    """A placeholder for a deleted venue, of which only the number remains."""
    name = public("venue", spot.venue)
    return VenueRow(spot.venue, name, spot.kind, spot.unit, spot.line, "", "")


def last_contacts(tx: Tx, screens: Collection[int], now_s: int) -> Mapping[int, int | None]:
    """By screen, the last heartbeat (s) until now and its kind, as one number (`KINDS`).

    Heartbeats stamped later than now, before the clock was set back, are ignored.
    """
    numbers, marks = _few(screens)
    chosen = f"SELECT DISTINCT screen FROM contact_runs WHERE screen IN ({marks})"  # noqa: S608 - marks only
    wanted = chosen if marks else _HOP
    rows = tx.rows(
        f"WITH RECURSIVE known (screen) AS ({wanted}) "  # noqa: S608 - own text
        f"SELECT screen, (SELECT last_s * {KINDS} + kind FROM contact_runs "
        "WHERE screen = known.screen AND from_s <= ? ORDER BY from_s DESC LIMIT 1) FROM known",
        (*numbers, now_s),
    )
    return dict(rows)


class Running(NamedTuple):
    """A screen's open day: its hours, and its figures as a number (packed_records.py)."""

    operating: bytes
    number: int


def running(tx: Tx, day: int, screens: Collection[int]) -> Mapping[int, Running]:
    """The open days of today by screen."""
    numbers, marks = _few(screens)
    among = f"AND screen IN ({marks})" if marks else ""
    rows = tx.rows(
        "SELECT screen, operating, figures FROM uptime_days "  # noqa: S608 - marks only
        f"WHERE day = ? AND closed = 0 {among}",
        (day, *numbers),
    )
    # Most screens have equal hours: sharing one object makes comparisons fast.
    hours: dict[bytes, bytes] = {}
    return {
        screen: Running(hours.setdefault(operating, operating), as_number(figures))
        for screen, operating, figures in rows
    }


def _few(screens: Collection[int]) -> tuple[list[int], str]:
    """Numbers and placeholders for a query; none if there are too many."""
    numbers = sorted(screens) if len(screens) <= FEW else []
    return numbers, ", ".join("?" for _ in numbers)


@lru_cache(maxsize=8192)
def is_open(operating: bytes, into_s: int) -> bool:
    """Whether a day's packed hours include the second `into_s` of the day."""
    spans = unpacked_spans(operating, 0)
    place = bisect_right(spans, into_s, key=lambda span: span[0]) - 1
    return place >= 0 and into_s < spans[place][1]


@lru_cache(maxsize=8192)
def ahead_s(operating: bytes, into_s: int) -> int:
    """Operating seconds of a day after the second `into_s`."""
    return sum(
        high - max(low, into_s) for low, high in unpacked_spans(operating, 0) if high > into_s
    )
