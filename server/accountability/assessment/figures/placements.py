"""Screen placements during the days of a pack, with each venue's unit at the time."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.accountability.assessment.period import Span
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue
from server.playlog.store.booked_tenures import FOREVER_MS
from server.reporting.delivery.placements_cache import Places

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stay:
    """A screen was placed at a venue of a unit during [from_ms, until_ms)."""

    screen: int
    venue: int
    unit: int
    from_ms: int
    until_ms: int

    def meets(self, from_ms: int, until_ms: int) -> bool:
        """Whether any of [from, until) is in it."""
        return max(self.from_ms, from_ms) < min(self.until_ms, until_ms)


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """Something that holds of a venue while it was a unit's."""

    venue: int
    unit: int
    what: T


class Stays:
    """The stays that meet the days of a pack, by screen."""

    def __init__(self, found: Iterable[Stay], span: Span) -> None:
        self._span = span
        self._by_screen: defaultdict[int, list[Stay]] = defaultdict(list)
        for stay in found:
            if stay.meets(span.from_ms, span.until_ms):
                self._by_screen[stay.screen].append(stay)

    def facts(self, screen: int, from_ms: int, until_ms: int, what: T) -> Iterator[Fact[T]]:
        """`what` for each venue where the screen was placed during [from_ms, until_ms)."""
        low_ms, high_ms = max(from_ms, self._span.from_ms), min(until_ms, self._span.until_ms)
        for stay in self._by_screen.get(screen, ()):
            if stay.meets(low_ms, high_ms):
                yield Fact(stay.venue, stay.unit, what)

    def screens(self) -> Iterator[Fact[int]]:
        """The screens themselves."""
        for mine in self._by_screen.values():
            for stay in mine:
                yield Fact(stay.venue, stay.unit, stay.screen)


def read_stays(session: Session, places: Places, span: Span) -> Stays:
    """Placements of all screens not retired before; one never bound counts at its entered venue."""
    return Stays(_stays(session, places, span), span)


def of_units(facts: Iterable[Fact[T]], units: Collection[int]) -> Mapping[int, Sequence[T]]:
    """By venue the distinct facts from the time when it belonged to one of these units."""
    found: defaultdict[int, dict[T, None]] = defaultdict(dict)
    for fact in facts:
        if fact.unit in units:
            found[fact.venue][fact.what] = None
    return {venue: list(what) for venue, what in found.items()}


def _stays(session: Session, places: Places, span: Span) -> Iterator[Stay]:
    query = (
        select(Screen.id, Screen.created_at, Screen.retired_at, Venue.id, Venue.unit_id)
        .join(Venue, Screen.venue_id == Venue.id)
        .where(or_(Screen.retired_at.is_(None), Screen.retired_at > span.from_ms))
    )
    for screen, from_ms, retired_at, venue, unit in session.execute(query):
        until_ms = FOREVER_MS if retired_at is None else retired_at
        spots = [spot for _, spot in places.by_screen.get(screen, ())]
        if not spots:
            yield Stay(screen, venue, unit, from_ms, until_ms)
            continue
        ends = [*(spot.from_ms for spot in spots[1:]), until_ms]
        for spot, end_ms in zip(spots, ends, strict=True):
            owner, begin_ms = places.cells[spot.cell].unit, max(spot.from_ms, from_ms)
            yield Stay(screen, spot.venue, owner, begin_ms, min(end_ms, until_ms))
