"""Reads of venues and lines, always within a person's scope."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.accounts.queries import find_owned, owned_in_scope
from server.accounts.roles import Action
from server.foundation.errors import existing
from server.foundation.public_ids import number
from server.inventory.venues import access
from server.inventory.venues.models import Line, Venue, VenueContact


def find(session: Session, actor: Actor, action: Action, text: str) -> Venue:
    """The venue by public id. Raises NotFound outside the scope, Forbidden by role."""
    venue = existing(session.get(Venue, number("venue", text)))
    access.require(actor, action, access.place_of(venue))
    return venue


def in_scope(actor: Actor, action: Action = "read") -> Select[Venue]:
    """All venues at which the person may do `action`."""
    return select(Venue).join(Unit, Venue.unit_id == Unit.id).where(access.rows(actor, action))


def own_venue_ids(session: Session, user_id: int) -> list[int]:
    """The numbers of the venues that have the person as a contact."""
    return list(
        session.scalars(select(VenueContact.venue_id).where(VenueContact.user_id == user_id))
    )


def find_line(session: Session, actor: Actor, action: Action, text: str) -> Line:
    """The line by public id. Raises NotFound outside the scope, Forbidden by role."""
    return find_owned(session, actor, action, Line, "line", text)


def lines_in_scope(actor: Actor) -> Select[Line]:
    """All lines in the person's scope."""
    return owned_in_scope(actor, "read", Line)
