"""The author's scope of screens, stored with every selector.

A selector is evaluated again whenever screens come and go. Its author's scope is stored with it, so
that it never grows beyond his authority.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, Grant
from server.accounts.models import Unit
from server.accounts.roles import Action, roles_that_may
from server.campaigns.targeting.selector import (
    ID_LISTS,
    UNKNOWN_ID,
    Criteria,
    Selector,
    parse,
    units_on,
)
from server.foundation.errors import Fault, Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.inventory.screens import queries as screen_queries
from server.inventory.screens.facts import ScreenSpot
from server.inventory.screens.models import Screen
from server.inventory.venues import queries as venue_queries
from server.inventory.venues.kinds import TRANSPORT_KINDS
from server.inventory.venues.models import Venue

Spot = TypeVar("Spot", bound=ScreenSpot)
OUTSIDE = Sentence(
    "播放范围中有未知的或不在您管辖范围内的对象。",
    "The selector names something unknown or outside your scope.",
)


@dataclass(frozen=True)
class Area:
    """A unit with all below it; maybe only some kinds of venues, or only single venues."""

    unit_id: int
    venue_kinds: frozenset[str] | None = None
    venue_ids: frozenset[int] | None = None

    def covers(self, facts: ScreenSpot) -> bool:
        """Whether a screen is within this area."""
        if self.unit_id not in units_on(facts.unit_path):
            return False
        if self.venue_kinds is not None and facts.venue_kind not in self.venue_kinds:
            return False
        return self.venue_ids is None or facts.venue_id in self.venue_ids

    def as_json(self) -> dict[str, Any]:
        """The stored form."""
        return {
            "unit_id": self.unit_id,
            "venue_kinds": None if self.venue_kinds is None else sorted(self.venue_kinds),
            "venue_ids": None if self.venue_ids is None else sorted(self.venue_ids),
        }


def reach_for(
    session: Session, actor: Actor, action: Action, selector: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The scope to store with a selector. Raises Invalid if it names anything outside."""
    parsed = parse(selector)
    faults: list[Fault] = []
    for pointer, criteria in (
        ("/selector", parsed.criteria),
        ("/selector/except", parsed.left_out),
    ):
        for name, allowed in _allowed(session, actor, action, criteria).items():
            unknown: set[int] = getattr(criteria, name) - allowed
            faults += [_unknown(pointer, name, one) for one in sorted(unknown)]
    if faults:
        raise Invalid(OUTSIDE, faults=faults)
    roles = roles_that_may(action, two_person=actor.two_person)
    return [_area(session, actor, one).as_json() for one in actor.grants if one.role in roles]


@dataclass(frozen=True)
class Choice:
    """A stored selector with the reach of its author, ready to be matched with screens."""

    selector: Selector
    areas: tuple[Area, ...]
    _covered: dict[tuple[int, str, str], bool] = field(default_factory=dict, compare=False)

    def picks(self, facts: ScreenSpot) -> bool:
        """Whether the screen is selected."""
        return self.selector.matches(facts) and self._covers(facts)

    def _covers(self, facts: ScreenSpot) -> bool:
        """Whether any of the areas has its venue, found out once for all screens there."""
        venue = facts.venue_id, facts.venue_kind, facts.unit_path
        is_covered = self._covered.get(venue)
        if is_covered is None:
            is_covered = self._covered[venue] = any(area.covers(facts) for area in self.areas)
        return is_covered

    def among(self, facts: Iterable[Spot]) -> list[Spot]:
        """The screens that are selected."""
        return [one for one in facts if self.picks(one)]


def choice(selector: Mapping[str, Any], reach: Sequence[Mapping[str, Any]]) -> Choice:
    """Parse a stored selector and scope."""
    return Choice(parse(selector), tuple(_stored(area) for area in reach))


def _allowed(
    session: Session, actor: Actor, action: Action, criteria: Criteria
) -> Mapping[str, Collection[int]]:
    """By list of a selector, what the person may name of what it names."""
    paths = _paths(session, criteria.unit_ids | criteria.territory_ids)
    venues = venue_queries.in_scope(actor, action).where(Venue.id.in_(criteria.venue_ids))
    screens = screen_queries.in_scope(actor, action).where(Screen.id.in_(criteria.screen_ids))
    return {
        "unit_ids": {
            one for one in criteria.unit_ids & paths.keys() if actor.may(action, paths[one])
        },
        "territory_ids": {
            one
            for one in criteria.territory_ids & paths.keys()
            if _can_see_territory(session, actor, action, paths[one])
        },
        "venue_ids": set(session.scalars(venues.with_only_columns(Venue.id))),
        "screen_ids": set(session.scalars(screens.with_only_columns(Screen.id))),
    }


def _can_see_territory(session: Session, actor: Actor, action: Action, path: str) -> bool:
    """A territory is visible to people in charge of it, or of a venue in it."""
    if actor.sees(path):
        return True
    below = select(Unit.id).where(Unit.path.startswith(path, autoescape=True))
    venues = venue_queries.in_scope(actor, action).where(Venue.territory_unit_id.in_(below))
    return session.scalar(venues.limit(1)) is not None


def _unknown(pointer: str, name: str, row_id: int) -> Fault:
    what = public(ID_LISTS[name], row_id)
    return Fault(
        f"{pointer}/{name}", Sentence(f"{what}：{UNKNOWN_ID.zh}", f"{what}: {UNKNOWN_ID.en}")
    )


def _paths(session: Session, unit_ids: frozenset[int]) -> dict[int, str]:
    units = session.scalars(select(Unit).where(Unit.id.in_(unit_ids)))
    return {unit.id: unit.path for unit in units}


def _area(session: Session, actor: Actor, grant: Grant) -> Area:
    unit_id = int(grant.unit_path.rstrip("/").rpartition("/")[2])
    if grant.role == "transport":
        return Area(unit_id, venue_kinds=TRANSPORT_KINDS)
    if grant.role == "venue":
        own = venue_queries.own_venue_ids(session, actor.user_id)
        return Area(unit_id, venue_ids=frozenset(own))
    return Area(unit_id)


def _stored(data: Mapping[str, Any]) -> Area:
    kinds, venues = data["venue_kinds"], data["venue_ids"]
    return Area(
        data["unit_id"],
        None if kinds is None else frozenset(kinds),
        None if venues is None else frozenset(venues),
    )
