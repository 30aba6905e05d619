"""Permissions at a venue: narrower for transport and venue staff than for others."""

from collections.abc import Hashable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, false, or_, true

from server.accounts.actor import Actor, Grant, forbidden
from server.accounts.models import Unit
from server.accounts.roles import Action, Role, roles_that_may
from server.foundation.errors import NotFound
from server.inventory.venues.kinds import TRANSPORT_KINDS
from server.inventory.venues.models import Venue, VenueContact

# Transport staff read everything in their scope, but act on vehicles and stops only.
_NARROW_FOR_TRANSPORT: frozenset[Action] = frozenset(
    {
        "venues.write",
        "screens.pair",
        "screens.command",
        "stop",
        "exemptions.write",
        "maintenance.write",
    }
)


@dataclass(frozen=True)
class Place:
    """The attributes of a venue, stored or not, that decide on permissions."""

    unit_path: str
    kind: str
    contact_user_ids: frozenset[int] = frozenset()


def place_of(venue: Venue) -> Place:
    """The deciding attributes of a stored venue."""
    contacts = frozenset(contact.user_id for contact in venue.contacts)
    return Place(venue.unit.path, venue.kind, contacts)


def roles_at(actor: Actor, action: Action, place: Place) -> frozenset[Role]:
    """The roles that permit `action` there; empty if none does."""
    grants = _grants(actor, action)
    return frozenset(grant.role for grant in grants if _covers(actor, action, grant, place))


def may(actor: Actor, action: Action, place: Place) -> bool:
    """Whether the person may do `action` there."""
    return bool(roles_at(actor, action, place))


def require(actor: Actor, action: Action, place: Place, sees: Action = "read") -> None:
    """Raise NotFound for who may not do `sees` there, else Forbidden without the permission."""
    if may(actor, action, place):
        return
    if may(actor, sees, place):
        raise forbidden()
    raise NotFound


def may_write_lines(actor: Actor, unit_path: str) -> bool:
    """Whether the person may write lines of a unit; venue staff may not: they concern vehicles."""
    return may(actor, "venues.write", Place(unit_path, "bus"))


def only_contact_data(actor: Actor, place: Place) -> bool:
    """Whether the person may only write the contact data there."""
    return roles_at(actor, "venues.write", place) == {"venue"}


def rows(actor: Actor, action: Action = "read") -> ColumnElement[bool]:
    """SQL condition: venues at which the person may do `action`; join Venue with its Unit."""
    return or_(false(), *(_row(actor, action, grant) for grant in _grants(actor, action)))


def sight_of(actor: Actor, action: Action = "read") -> Hashable:
    """Equal for people with `action` at the same venues, while these are unchanged."""
    grants = _grants(actor, action)
    own = actor.user_id if any(one.role == "venue" for one in grants) else None
    return action, own, frozenset((one.role, one.unit_path) for one in grants)


def _grants(actor: Actor, action: Action) -> list[Grant]:
    roles = roles_that_may(action, two_person=actor.two_person)
    return [grant for grant in actor.grants if grant.role in roles]


def _covers(actor: Actor, action: Action, grant: Grant, place: Place) -> bool:
    if not place.unit_path.startswith(grant.unit_path):
        return False
    if grant.role == "venue":
        return actor.user_id in place.contact_user_ids
    if grant.role == "transport" and action in _NARROW_FOR_TRANSPORT:
        return place.kind in TRANSPORT_KINDS
    return True


def _row(actor: Actor, action: Action, grant: Grant) -> ColumnElement[bool]:
    return and_(
        Unit.path.startswith(grant.unit_path, autoescape=True), _narrowing(actor, action, grant)
    )


def _narrowing(actor: Actor, action: Action, grant: Grant) -> ColumnElement[bool]:
    if grant.role == "venue":
        return exists().where(
            VenueContact.venue_id == Venue.id, VenueContact.user_id == actor.user_id
        )
    if grant.role == "transport" and action in _NARROW_FOR_TRANSPORT:
        return Venue.kind.in_(sorted(TRANSPORT_KINDS))
    return true()
