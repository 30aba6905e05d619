"""What the page of the fleet reads: places in scope, last contacts, folded days."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.playback.driver import Tx
from server.screens.models import Screen
from server.uptime.day import unpacked_spans
from server.uptime.days import Block, blocks_between
from server.uptime.lanes import DAYS, RECORD, as_number, block_of, mask
from server.venues import scope
from server.venues.models import Line, Venue

_CONTACTS = (
    "WITH RECURSIVE known (screen) AS (SELECT MIN(screen) FROM contact_runs UNION ALL "
    "SELECT (SELECT MIN(screen) FROM contact_runs WHERE screen > known.screen) FROM known "
    "WHERE known.screen IS NOT NULL) "
    "SELECT k.screen, r.last_s, r.kind FROM known k JOIN contact_runs r ON r.screen = k.screen "
    "AND r.from_s = (SELECT MAX(from_s) FROM contact_runs WHERE screen = k.screen)"
)


class VenueRow(NamedTuple):
    """A venue in scope."""

    id: int
    name: str
    kind: str
    unit: int
    line: int | None
    vehicle: str
    depot: str


class ScreenRow(NamedTuple):
    """A screen that wasn't retired or revoked."""

    id: int
    name: str
    venue: int
    enrolled_at: int | None


class Places(NamedTuple):
    """All that a person sees; names of units and lines by number."""

    venues: Mapping[int, VenueRow]
    screens: list[ScreenRow]
    units: Mapping[int, str]
    lines: Mapping[int, str]


def places(session: Session, actor: Actor) -> Places:
    """Venues and screens in the person's scope."""
    venues = (
        select(
            Venue.id,
            Venue.name,
            Venue.kind,
            Venue.unit_id,
            Venue.line_id,
            Venue.vehicle,
            Venue.depot,
        )
        .join(Unit, Venue.unit_id == Unit.id)
        .where(scope.rows(actor, "reports.read"))
    )
    found = {row[0]: VenueRow._make(row) for row in session.execute(venues)}
    screens = select(Screen.id, Screen.name, Screen.venue_id, Screen.enrolled_at).where(
        Screen.retired_at.is_(None), Screen.revoked_at.is_(None)
    )
    rows = [ScreenRow._make(row) for row in session.execute(screens)]
    return Places(
        found,
        [row for row in rows if row.venue in found],
        {row[0]: row[1] for row in session.execute(select(Unit.id, Unit.name))},
        {row[0]: row[1] for row in session.execute(select(Line.id, Line.name))},
    )


def last_contacts(tx: Tx) -> Mapping[int, tuple[int, int]]:
    """By screen, its last beat (s) and what that said."""
    return {screen: (last_s, kind) for screen, last_s, kind in tx.rows(_CONTACTS)}


def days_of(tx: Tx, days: range, screens: Collection[int]) -> Mapping[int, Mapping[int, int]]:
    """By screen and block the closed days that are asked for, as numbers."""
    rows: list[Block] = tx.aside(blocks_between, days.start, days.stop)
    found: defaultdict[int, dict[int, int]] = defaultdict(dict)
    masks: dict[int, int] = {}
    for block, screen, content in rows:
        if screen in screens:
            if block not in masks:
                start = block * DAYS
                masks[block] = mask(max(days.start - start, 0), min(days.stop - start, DAYS))
            found[screen][block] = as_number(content) & masks[block]
    return found


class Running(NamedTuple):
    """A screen's day that isn't closed: its hours and its figures."""

    operating: bytes
    figures: bytes


def running(tx: Tx, day: int) -> Mapping[int, Running]:
    """Today's by screen."""
    rows = tx.rows(
        "SELECT screen, operating, figures FROM uptime_days WHERE day = ? AND closed = 0", (day,)
    )
    return {screen: Running(operating, figures) for screen, operating, figures in rows}


def shifted(day: int, figures: bytes) -> tuple[int, int]:
    """The block of a day, and a record as the number that stands for it there."""
    return block_of(day), as_number(figures) << day % DAYS * RECORD.size * 8


@lru_cache(maxsize=8192)
def is_open(operating: bytes, into_s: int) -> bool:
    """Whether a day's packed hours hold so many seconds into it."""
    spans = unpacked_spans(operating, 0)
    place = bisect_right(spans, into_s, key=lambda span: span[0]) - 1
    return place >= 0 and into_s < spans[place][1]
