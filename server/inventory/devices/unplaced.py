"""Boxes that came by a key before their place was known: named and placed by a person."""

from dataclasses import dataclass

from sqlalchemy import Select
from sqlalchemy.orm import Session

from server.accounts import queries as account_queries
from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.foundation.core import Core
from server.foundation.errors import Conflict, Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.inventory.devices.serials import UNPLACED, leave
from server.inventory.enrolment.pairing import RETIRED
from server.inventory.screens import queries
from server.inventory.screens.events import ScreenChanged
from server.inventory.screens.models import Screen
from server.inventory.tags import has_tag
from server.inventory.venues import access
from server.inventory.venues import queries as venue_queries
from server.inventory.venues.events import VenueChanged
from server.inventory.venues.kinds import KINDS, NO_SUCH_KIND
from server.inventory.venues.models import Venue

NO_PLACE = Sentence(
    "请选择已有点位，或填写新点位的名称。", "Choose a venue that is there, or name the new one."
)


@dataclass(frozen=True)
class Placing:
    """The place of a box: an existing venue, or a new one of its own.

    Empty fields stay unchanged.
    """

    name: str = ""
    venue_id: str | None = None
    venue_name: str = ""
    address: str = ""
    unit_id: str | None = None
    kind: str | None = None


def unplaced(actor: Actor) -> Select[Screen]:
    """Screens in service in unnamed venues, where the person may act."""
    query = queries.in_scope(actor, "screens.pair")
    return query.where(has_tag(Venue.tags, UNPLACED), Screen.retired_at.is_(None))


def place(core: Core, actor: Actor, text: str, placing: Placing) -> Screen:
    """Set a screen's place. Raises NotFound, Forbidden, Invalid, Conflict if retired."""
    _check(placing)
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        screen = queries.find(session, actor, "screens.pair", text)
        if screen.retired_at is not None:
            raise Conflict(RETIRED, code="retired")
        if placing.venue_id:
            _move(session, actor, screen, placing.venue_id)
        else:
            _name(session, actor, screen.venue, placing)
        screen.name = placing.name or screen.name
        session.flush()
        venue_id = screen.venue_id
        where = public("venue", venue_id)
        record(session, now_ms, actor.user_id, "screen.place", text, venue=where)
        session.refresh(screen)
    core.events.publish(ScreenChanged(screen.id))
    core.events.publish(VenueChanged(venue_id))
    return screen


def _check(placing: Placing) -> None:
    if not placing.venue_id and not placing.venue_name:
        raise Invalid.at("/venue_name", NO_PLACE)
    if placing.kind is not None and placing.kind not in KINDS:
        raise Invalid.at("/kind", NO_SUCH_KIND)


def _move(session: Session, actor: Actor, screen: Screen, venue_id: str) -> None:
    former = screen.venue_id
    screen.venue = venue_queries.find(session, actor, "screens.pair", venue_id)
    session.flush()
    leave(session, [former])


def _name(session: Session, actor: Actor, venue: Venue, placing: Placing) -> None:
    access.require(actor, "venues.write", access.place_of(venue))
    venue.name = placing.venue_name
    venue.address = placing.address or venue.address
    venue.tags = [tag for tag in venue.tags if tag != UNPLACED]
    if placing.kind is not None and placing.kind != venue.kind:
        venue.kind, venue.hours = placing.kind, KINDS[placing.kind].usual_hours()
    if placing.unit_id:
        venue.unit = account_queries.find_unit(session, actor, "venues.write", placing.unit_id)
    session.flush()
    access.require(actor, "venues.write", access.place_of(venue))
