"""Whose log a person may read: of a moved screen, only the time at places in his scope.

As in reports the place at the time of the play decides, not today's: plays from before a move
remain with the unit that was responsible then.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, within
from server.accounts.models import Unit
from server.accounts.roles import Action, roles_that_may
from server.foundation.core import Core
from server.foundation.errors import NotFound
from server.foundation.public_ids import number
from server.inventory.screens import queries as screens
from server.inventory.screens.models import Screen
from server.inventory.venues import access
from server.inventory.venues.models import Venue
from server.playlog.rawlog.reader import EVER_MS, Span, Stays
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx

READ: Final[Action] = "reports.read"
LAST_SCREEN: Final = 2**53


@dataclass(frozen=True, slots=True)
class AccessScope:
    """The screens of which a person may read plays; `stays`: the times of those that moved."""

    screens: tuple[int, ...]
    stays: Mapping[int, Stays]

    def span(self, from_ms: int, until_ms: int) -> Span:
        """The readable part of [from_ms, until_ms)."""
        return Span(self.screens, from_ms, until_ms, self.stays)

    def covers(self, screen: int, from_ms: int, until_ms: int) -> bool:
        """Whether a person may read all of a screen's [from_ms, until_ms)."""
        if screen not in self.stays:
            return screen in self.screens
        return any(one.start <= from_ms and until_ms <= one.stop for one in self.stays[screen])


def sight_of(core: Core, actor: Actor, screen_id: str | None = None) -> AccessScope:
    """A person's scope of one screen or of all. Raises NotFound if it is empty."""
    screen = None if screen_id is None else number("screen", screen_id)
    with core.config.read() as session:
        today = _screens_today(session, actor, screen)
        places = _places_of(session, actor)
    stays: dict[int, Stays] = {}
    if places is not None:
        with snapshot(core.plays) as tx:
            stays = dict(tx.aside(_stays, places, screen))
    found = {one for one, seen in stays.items() if seen} | today
    if screen is not None and not found:
        raise NotFound
    return AccessScope(tuple(sorted(found)), {one: stays[one] for one in found if one in stays})


@dataclass(frozen=True, slots=True)
class _Places:
    """Units and single venues, by number."""

    units: frozenset[int]
    venues: frozenset[int]


def _screens_today(session: Session, actor: Actor, screen: int | None) -> set[int]:
    query = screens.in_scope(actor, READ).with_only_columns(Screen.id)
    if screen is not None:
        query = query.where(Screen.id == screen)
    return set(session.scalars(query))


def _places_of(session: Session, actor: Actor) -> _Places | None:
    """The places whose plays the person may read; None for all."""
    roles = roles_that_may(READ, two_person=actor.two_person)
    grants = [grant for grant in actor.grants if grant.role in roles]
    roots = [grant.unit_path for grant in grants if grant.role != "venue"]
    if any(path.count("/") == 2 for path in roots):
        return None
    own = replace(actor, grants=tuple(grant for grant in grants if grant.role == "venue"))
    venues = select(Venue.id).join(Unit, Venue.unit_id == Unit.id).where(access.rows(own, READ))
    return _Places(
        frozenset(session.scalars(select(Unit.id).where(within(Unit.path, roots)))),
        frozenset(session.scalars(venues)),
    )


def _stays(tx: Tx, places: _Places, screen: int | None) -> list[tuple[int, Stays]]:
    """By screen, the times that it spent at one of the places."""
    rows = tx.rows(
        "SELECT p.screen, p.from_ms, p.venue, c.unit FROM placements p "
        "JOIN cells c ON c.id = p.cell WHERE p.screen BETWEEN ? AND ? "
        "ORDER BY p.screen, p.from_ms",
        (screen or 0, screen or LAST_SCREEN),
    )
    return [
        (key, tuple(_joined(_seen([row[1:] for row in mine], places))))
        for key, mine in groupby(rows, key=itemgetter(0))
    ]


def _seen(placed: list[tuple[int, int, int]], places: _Places) -> Iterator[range]:
    """The first placement also applies to the time before it, the last to all time after."""
    edges = [-EVER_MS, *(from_ms for from_ms, _, _ in placed[1:]), EVER_MS]
    for (start, stop), (_, venue, unit) in zip(pairwise(edges), placed, strict=True):
        if unit in places.units or venue in places.venues:
            yield range(start, stop)


def _joined(stays: Iterator[range]) -> list[range]:
    found: list[range] = []
    for one in stays:
        goes_on = bool(found) and found[-1].stop == one.start
        found.append(range(found.pop().start, one.stop) if goes_on else one)
    return found
