"""Decides by grants, as lists do, who receives the hint of a change at a place."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.accounts.roles import Action, roles_that_may
from server.campaigns.models import Campaign
from server.gateway.page_hints.topics import Place
from server.inventory.screens.models import EnrolmentKey, Screen
from server.inventory.venues.models import Venue

MOST_AT_ONCE: Final = 4_000


class Where(NamedTuple):
    """A place: the path of its unit, and its venue if it has one."""

    path: str
    venue: int | None


@dataclass(frozen=True)
class Listener:
    """A user with an open page; `venues`: those that have him as a contact."""

    actor: Actor
    venues: frozenset[int] = frozenset()

    def may_receive(self, actions: Iterable[Action], places: Collection[Where]) -> bool:
        """Whether the user may do one of the actions at one of the places."""
        grants = self._grants(actions)
        return any(
            place.path.startswith(path)
            and (role != "venue" or place.venue is None or place.venue in self.venues)
            for path, role in grants
            for place in places
        )

    def _grants(self, actions: Iterable[Action]) -> set[tuple[str, str]]:
        two = self.actor.two_person
        roles = {role for one in actions for role in roles_that_may(one, two_person=two)}
        return {(one.unit_path, one.role) for one in self.actor.grants if one.role in roles}


def whereabouts(session: Session, places: Collection[Place]) -> dict[Place, Where]:
    """The units and venues of places, in at most one query."""
    by_kind: dict[str, list[int]] = {}
    for kind, number in places:
        by_kind.setdefault(kind, []).append(number)
    parts = [_of(kind, numbers) for kind, numbers in by_kind.items() if kind in _KINDS]
    if not parts:
        return {}
    rows: Iterable[Any] = session.execute(union_all(*parts))
    return {(kind, number): Where(path, venue) for kind, number, path, venue in rows}


def _of(kind: str, numbers: Collection[int]) -> Select[str, int, str, int | None]:
    number, venue, joined = _KINDS[kind]
    asked = select(literal(kind), number, Unit.path, venue).select_from(joined)
    return asked.where(number.in_(sorted(numbers)))


_AT_SCREENS: Final = Screen.__table__.join(Venue.__table__, Screen.venue_id == Venue.id).join(
    Unit.__table__, Venue.unit_id == Unit.id
)
# PostgreSQL types two columns of NULL as text, which doesn't unite with numbers.
_NO_VENUE: Final = cast(null(), Venue.id.type)
_KINDS: Final = {
    "unit": (Unit.id, _NO_VENUE, Unit.__table__),
    "venue": (Venue.id, Venue.id, Venue.__table__.join(Unit.__table__, Venue.unit_id == Unit.id)),
    "screen": (Screen.id, Venue.id, _AT_SCREENS),
    "campaign": (
        Campaign.id,
        _NO_VENUE,
        Campaign.__table__.join(Unit.__table__, Campaign.unit_id == Unit.id),
    ),
    "key": (
        EnrolmentKey.id,
        _NO_VENUE,
        EnrolmentKey.__table__.join(Unit.__table__, EnrolmentKey.unit_id == Unit.id),
    ),
}
"""By kind of place: its number, its venue, and the join to its unit."""
