"""Reads of screens, always within a person's scope, and their facts for the features above."""

from collections.abc import Iterable

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.accounts.roles import Action
from server.errors import NotFound
from server.ids import number
from server.screens.facts import ScreenFacts, as_facts
from server.screens.models import Screen
from server.venues import scope
from server.venues.models import Venue

# Up to here the numbers go into the query; beyond, reading all screens costs less.
FEW = 1000


def find(session: Session, actor: Actor, action: Action, text: str) -> Screen:
    """The screen behind a public id. Raises NotFound outside the scope, Forbidden by role."""
    screen = session.get(Screen, number("screen", text))
    if screen is None:
        raise NotFound
    scope.require(actor, action, scope.place_of(screen.venue))
    return screen


def in_scope(actor: Actor, action: Action = "read") -> Select[Screen]:
    """All screens on which the person may do `action`, with Venue and Unit joined."""
    return (
        select(Screen)
        .join(Venue, Screen.venue_id == Venue.id)
        .join(Unit, Venue.unit_id == Unit.id)
        .where(scope.rows(actor, action))
    )


def facts(session: Session, screen_ids: Iterable[int] | None = None) -> list[ScreenFacts]:
    """Facts of the screens that play (all, or those of the given numbers), by number."""
    query = (
        select(Screen)
        .where(
            Screen.enrolled_at.is_not(None),
            Screen.revoked_at.is_(None),
            Screen.retired_at.is_(None),
        )
        .options(joinedload(Screen.venue).lazyload(Venue.contacts))
        .order_by(Screen.id)
    )
    wanted = None if screen_ids is None else set(screen_ids)
    if wanted is not None and len(wanted) <= FEW:
        query = query.where(Screen.id.in_(wanted))
    found = session.scalars(query)
    return [as_facts(screen) for screen in found if wanted is None or screen.id in wanted]
