"""Past places of the fleet's screens: a day is attributed to the place at its end."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, within
from server.accounts.models import Unit
from server.accounts.roles import Action, roles_that_may
from server.foundation.civil_time import Civil
from server.monitoring.fleet.query import FleetQuery
from server.playlog.store.transaction import Tx

READ: Final[Action] = "reports.read"
FEW: Final = 500
LAST_DAY: Final = 1 << 30
_PLACED: Final = (
    "SELECT p.screen, p.from_ms, p.venue, c.unit, c.line, c.venue_kind "
    "FROM placements p JOIN cells c ON c.id = p.cell {where} ORDER BY p.screen, p.from_ms"
)
_MOVED: Final = "WHERE p.screen IN (SELECT screen FROM placements WHERE from_ms > ?)"


class PastPlace(NamedTuple):
    """A place with its unit and line of that time; 0 is no line."""

    venue: int
    unit: int
    line: int
    kind: str


Stays = Sequence[tuple[range, PastPlace]]
"""A screen's days (ordinals) by place, in order."""


@dataclass(frozen=True)
class HistoryScope:
    """The past that a person may see: these units (None: all), and of others these venues."""

    units: frozenset[int] | None
    venues: frozenset[int]

    def of(self, spot: PastPlace) -> bool:
        """Whether the person may see figures of screens at that place."""
        return self.units is None or spot.unit in self.units or spot.venue in self.venues


def sight(session: Session, actor: Actor, venues: Collection[int]) -> HistoryScope:
    """A person's scope of the past; venue staff see only the given venues of theirs."""
    roles = roles_that_may(READ, two_person=actor.two_person)
    grants = [one for one in actor.grants if one.role in roles]
    roots = [one.unit_path for one in grants if one.role != "venue"]
    if any(path.count("/") == 2 for path in roots):
        # The whole district, including units deleted since.
        return HistoryScope(None, frozenset())
    units = session.scalars(select(Unit.id).where(within(Unit.path, roots)))
    own = any(one.role == "venue" for one in grants)
    return HistoryScope(frozenset(units), frozenset(venues) if own else frozenset())


def moved(tx: Tx, civil: Civil, since_ms: int) -> Mapping[int, Stays]:
    """The stays of all screens that moved after an instant."""
    return _by_screen(civil, tx.rows(_PLACED.format(where=_MOVED), (since_ms,)))


def placed(tx: Tx, civil: Civil, screens: Collection[int] | None = None) -> Mapping[int, Stays]:
    """The stays of some screens, or of all that ever existed."""
    if screens is None:
        return _by_screen(civil, tx.rows(_PLACED.format(where="")))
    where = f"WHERE p.screen IN ({', '.join('?' for _ in screens)})"
    return _by_screen(civil, tx.rows(_PLACED.format(where=where), list(screens)))


def _by_screen(
    civil: Civil, rows: Sequence[tuple[int, int, int, int, int, str]]
) -> Mapping[int, Stays]:
    placements: defaultdict[int, list[tuple[int, PastPlace]]] = defaultdict(list)
    for screen, from_ms, *spot in rows:
        # The first place also applies to earlier time.
        day = civil.day_of(from_ms) if placements[screen] else 0
        placements[screen].append((day, PastPlace._make(spot)))
    return {screen: list(_stays(mine)) for screen, mine in placements.items()}


def _stays(begun: list[tuple[int, PastPlace]]) -> Iterator[tuple[range, PastPlace]]:
    for (first, spot), (until, _) in pairwise([*begun, (LAST_DAY, begun[-1][1])]):
        if first < until:
            yield range(first, until), spot


@dataclass(frozen=True)
class StayFilter:
    """Selects the days on which a screen counts; `stays`: of moved screens, or of all."""

    query: FleetQuery
    sight: HistoryScope
    stays: Mapping[int, Stays]
    depots: Mapping[int, str]

    def left(self, present: Mapping[int, int]) -> Iterator[tuple[int, int, Sequence[range]]]:
        """Screens that left the line or unit under which they are listed, with the days before.

        `present`: their current line or unit, by screen.
        """
        shown = self.query.days
        for screen, stays in self.stays.items():
            found: defaultdict[int, list[range]] = defaultdict(list)
            for days, spot in stays:
                if days.start < shown.stop and days.stop > shown.start and self.was(spot):
                    found[self._key(spot)].append(days)
            for key, there in found.items():
                if present.get(screen) != key:
                    yield screen, key, there

    def days(self, screen: int, key: int) -> Sequence[range] | None:
        """The days on which a screen belonged to the listed line or unit `key`; None for all."""
        stays = self.stays.get(screen)
        if stays is None:
            return None
        found = [days for days, spot in stays if self._belongs(spot, key)]
        return None if len(found) == len(stays) else found

    def was(self, spot: PastPlace) -> bool:
        """Whether a past place matches the query."""
        depot = self.depots.get(spot.venue)
        return self.sight.of(spot) and self.query.takes(
            spot.kind, spot.unit, spot.line, depot, spot.venue
        )

    def _belongs(self, spot: PastPlace, key: int) -> bool:
        if self.query.screen is not None:
            return self.sight.of(spot)
        if self.query.gone or self.query.venue is not None:
            return self.was(spot)
        return self._key(spot) == key and self.was(spot)

    def _key(self, spot: PastPlace) -> int:
        """The line or unit under which a place is listed."""
        return spot.line if self.query.by == "line" else spot.unit


def stays_for(
    tx: Tx, civil: Civil, query: FleetQuery, ended: Collection[int]
) -> Mapping[int, Stays]:
    """The stays needed for a query: of all screens, or of those moved or `ended`."""
    if query.gone or len(ended) > FEW:
        return placed(tx, civil)
    # The page of one place or screen links to days before those of its strip.
    is_one = query.venue is not None or query.screen is not None
    found = moved(tx, civil, 0 if is_one else civil.start_of(query.days.start))
    return {**found, **placed(tx, civil, ended)} if ended else found


def counts(there: Sequence[range] | None, day: int) -> bool:
    """Whether a day is among the given ones; None is all."""
    return there is None or any(day in days for days in there)
