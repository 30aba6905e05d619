"""What the page of the fleet reads: places in scope, last contacts, folded days."""

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
"""More than there are kinds of beats: one number holds when one was and what it said."""
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
"""From screen to screen, where DISTINCT would read all rows."""


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
    """A screen that wasn't retired or revoked and stands there; `is_gone`: one that isn't so."""

    id: int
    name: str
    venue: int
    enrolled_at: int | None
    is_gone: bool = False


class Places(NamedTuple):
    """All that a person sees; names of units and lines by number."""

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
    """The screens that were retired or revoked after an instant."""
    since = or_(Screen.retired_at > at_ms, Screen.revoked_at > at_ms)
    return session.scalars(select(Screen.id).where(since)).all()


def with_gone(
    session: Session, found: Places, last: Mapping[int, PastPlace]
) -> tuple[Places, list[ScreenRow]]:
    """Rows of screens that stood elsewhere last, and their venues as they belonged then."""
    wanted = {spot.venue for spot in last.values()} - found.venues.keys()
    rows = session.execute(select(*_VENUE)) if wanted else ()
    known = {row[0]: VenueRow._make(row) for row in rows if row[0] in wanted}
    for spot in last.values():
        if spot.venue in wanted:
            row = known.get(spot.venue) or _deleted(spot)
            known[spot.venue] = row._replace(unit=spot.unit, line=spot.line or None)
    screens = session.execute(select(Screen.id, Screen.name, Screen.enrolled_at)) if last else ()
    venues = {**known, **found.venues}
    gone = [
        ScreenRow(screen, name, last[screen].venue, enrolled_at, is_gone=True)
        for screen, name, enrolled_at in screens
        if screen in last
    ]
    return found._replace(venues=venues), gone


def _deleted(spot: PastPlace) -> VenueRow:
    """Of a venue that was deleted since nothing is left but its number."""
    name = public("venue", spot.venue)
    return VenueRow(spot.venue, name, spot.kind, spot.unit, spot.line, "", "")


def last_contacts(tx: Tx, screens: Collection[int], now_s: int) -> Mapping[int, int | None]:
    """By screen, its last beat (s) until now and what that said, as one number (`KINDS`).

    What our clock called later, before it was put back, says nothing of now.
    """
    numbers, marks = _few(screens)
    known = f"SELECT DISTINCT screen FROM contact_runs WHERE screen IN ({marks})" if marks else _HOP  # noqa: S608 - marks only
    rows = tx.rows(
        f"WITH RECURSIVE known (screen) AS ({known}) "  # noqa: S608 - own text
        f"SELECT screen, (SELECT last_s * {KINDS} + kind FROM contact_runs "
        "WHERE screen = known.screen AND from_s <= ? ORDER BY from_s DESC LIMIT 1) FROM known",
        (*numbers, now_s),
    )
    return dict(rows)


class Running(NamedTuple):
    """A screen's day that isn't closed: its hours, and its figures as a number (lanes.py)."""

    operating: bytes
    number: int


def running(tx: Tx, day: int, screens: Collection[int]) -> Mapping[int, Running]:
    """Today's by screen."""
    numbers, marks = _few(screens)
    among = f"AND screen IN ({marks})" if marks else ""
    rows = tx.rows(
        "SELECT screen, operating, figures FROM uptime_days "  # noqa: S608 - marks only
        f"WHERE day = ? AND closed = 0 {among}",
        (day, *numbers),
    )
    # Most screens have the same hours: one object is told apart sooner than many that are equal.
    hours: dict[bytes, bytes] = {}
    return {
        screen: Running(hours.setdefault(operating, operating), as_number(figures))
        for screen, operating, figures in rows
    }


def _few(screens: Collection[int]) -> tuple[list[int], str]:
    """Numbers and their marks; none if they are too many to name."""
    numbers = sorted(screens) if len(screens) <= FEW else []
    return numbers, ", ".join("?" for _ in numbers)


@lru_cache(maxsize=8192)
def is_open(operating: bytes, into_s: int) -> bool:
    """Whether a day's packed hours hold so many seconds into it."""
    spans = unpacked_spans(operating, 0)
    place = bisect_right(spans, into_s, key=lambda span: span[0]) - 1
    return place >= 0 and into_s < spans[place][1]


@lru_cache(maxsize=8192)
def ahead_s(operating: bytes, into_s: int) -> int:
    """How many seconds of a day's packed hours come after so many seconds of it."""
    return sum(
        high - max(low, into_s) for low, high in unpacked_spans(operating, 0) if high > into_s
    )
