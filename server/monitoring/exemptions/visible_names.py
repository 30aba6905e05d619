"""Names in an exemption that a person may see: only places and screens in his scope."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.foundation.public_ids import public
from server.inventory.screens.models import Screen
from server.inventory.screens.queries import in_scope as screens_in_scope
from server.inventory.venues import access
from server.inventory.venues.models import Venue
from server.inventory.venues.queries import own_venue_ids
from server.monitoring.exemptions.queries import READ, paths_of
from server.monitoring.exemptions.screen_selection import Spell


@dataclass(frozen=True, slots=True)
class Named:
    """A screen at its place of that time; `opens`: whether the person may open its page."""

    id: str
    name: str
    opens: bool


def screens_named(
    session: Session, actor: Actor, spells: Sequence[Spell], most: int
) -> list[Named]:
    """At most `most` screens, of those that were in the person's scope."""
    placements = dict.fromkeys((one.screen, one.venue) for one in _readable(session, actor, spells))
    shown = list(placements)[:most]
    screens, venues = {screen for screen, _ in shown}, {venue for _, venue in shown}
    mine = screens_in_scope(actor).where(Screen.id.in_(screens)).with_only_columns(Screen.id)
    opens = set(session.scalars(mine))
    called, places = _names(session, Screen, screens), _names(session, Venue, venues)
    return [
        Named(
            public("screen", screen),
            f"{places.get(venue, '')} {called.get(screen, '')}".strip(),
            screen in opens,
        )
        for screen, venue in shown
    ]


def _names(
    session: Session, model: type[Venue | Screen], numbers: Collection[int]
) -> dict[int, str]:
    return dict(session.execute(select(model.id, model.name).where(model.id.in_(numbers))).all())


def _readable(session: Session, actor: Actor, spells: Sequence[Spell]) -> list[Spell]:
    paths = paths_of(session, (one.unit for one in spells))
    own = set(own_venue_ids(session, actor.user_id))

    def place(one: Spell) -> access.Place:
        contacts = {actor.user_id} if one.venue in own else set[int]()
        return access.Place(paths[one.unit], "", frozenset(contacts))

    return [one for one in spells if access.may(actor, READ, place(one))]
