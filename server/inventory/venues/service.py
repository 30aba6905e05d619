"""Use cases of venues: create, change, delete."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.accounts import queries as account_queries
from server.accounts.actor import Actor, forbidden
from server.accounts.audit_log.record import record
from server.accounts.auth.passwords import hash_password
from server.accounts.models import Unit, User
from server.foundation.core import Core
from server.foundation.errors import Conflict, NotFound
from server.foundation.i18n import Sentence
from server.foundation.public_ids import number, public
from server.foundation.rest.preconditions import Check, unchecked
from server.inventory.venues import access, queries
from server.inventory.venues.access import Place
from server.inventory.venues.events import VenueChanged
from server.inventory.venues.fields import validation, venue_codes
from server.inventory.venues.fields.validation import VenueDraft
from server.inventory.venues.kinds import KINDS
from server.inventory.venues.models import Venue, VenueContact

IN_USE = Sentence(
    "该点位下还有显示屏或其他记录，不能删除；请先停用（retire）显示屏，或把接入方式改为无屏。",
    "Screens or other records belong to this venue: retire its screens, or set access to none.",
)
CONTACT_FIELDS = frozenset({"contact_name", "contact_phone"})


def create_venue(core: Core, actor: Actor, draft: VenueDraft) -> Venue:
    """Create a venue. Raises Invalid, NotFound for foreign units, Forbidden by role."""
    values = asdict(draft)
    validation.check(values)
    pin_hash = hash_password(draft.pause_pin) if draft.pause_pin else None
    now_ms = core.clock.now_ms()
    filled = replace(
        draft,
        hours=draft.hours if draft.hours is not None else KINDS[draft.kind].usual_hours(),
        timezone=draft.timezone or core.settings.timezone,
    )
    with core.config.write() as session:
        unit = _unit(session, actor, draft.unit_id or public("unit", actor.unit_id))
        _require_all(actor, Place(unit.path, draft.kind))
        venue_codes.check_free(session, Venue, draft.code)
        venue = Venue(
            unit=unit,
            pause_pin_hash=pin_hash,
            created_at=now_ms,
            **validation.plain_values(asdict(filled)),
        )
        session.add(venue)
        _connect(session, actor, venue, values)
        session.flush()
        record(session, now_ms, actor.user_id, "venue.create", public("venue", venue.id))
        session.refresh(venue)
    core.events.publish(VenueChanged(venue.id))
    return venue


def update_venue(
    core: Core,
    actor: Actor,
    text: str,
    changes: Mapping[str, Any],
    check: Callable[[Venue], None],
) -> Venue:
    """Change fields by name; `check` may refuse the current row.

    Raises Invalid, NotFound, Forbidden (venue staff may only change contact data).
    """
    validation.check(changes)
    pin = changes.get("pause_pin")
    pin_hash = hash_password(pin) if pin else None
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        venue = queries.find(session, actor, "venues.write", text)
        check(venue)
        _check_reach(actor, venue, changes)
        venue_codes.check_free(session, Venue, changes.get("code"), venue.id)
        for name, value in validation.plain_values(changes).items():
            setattr(venue, name, value)
        if "pause_pin" in changes:
            venue.pause_pin_hash = pin_hash
        if "unit_id" in changes:
            venue.unit = _unit(session, actor, changes["unit_id"])
        _connect(session, actor, venue, changes)
        session.flush()
        session.refresh(venue)
        if not changes.keys() <= CONTACT_FIELDS:
            _require_all(actor, access.place_of(venue))
        record(session, now_ms, actor.user_id, "venue.update", text, fields=sorted(changes))
    core.events.publish(VenueChanged(venue.id))
    return venue


def delete_venue(core: Core, actor: Actor, text: str, check: Check = unchecked) -> None:
    """Delete a venue without dependent objects. Raises Conflict otherwise."""
    now_ms = core.clock.now_ms()
    try:
        with core.config.write() as session:
            venue = queries.find(session, actor, "venues.write", text)
            check(venue)
            _require_all(actor, access.place_of(venue))
            record(session, now_ms, actor.user_id, "venue.delete", text, name=venue.name)
            session.execute(delete(Venue).where(Venue.id == venue.id))
    except IntegrityError as error:
        raise Conflict(IN_USE, code="in_use") from error


def _require_all(actor: Actor, place: Place) -> None:
    """Require permission over the whole venue, which venue staff don't have."""
    if not access.roles_at(actor, "venues.write", place) - {"venue"}:
        raise forbidden()


def _check_reach(actor: Actor, venue: Venue, changes: Mapping[str, Any]) -> None:
    narrow = access.only_contact_data(actor, access.place_of(venue))
    if narrow and not changes.keys() <= CONTACT_FIELDS:
        raise forbidden()


def _unit(session: Session, actor: Actor, text: str) -> Unit:
    return account_queries.find_unit(session, actor, "read", text)


def _connect(session: Session, actor: Actor, venue: Venue, values: Mapping[str, Any]) -> None:
    """Set the venue's references, all of them within the person's scope."""
    if "territory_unit_id" in values:
        territory = values["territory_unit_id"]
        venue.territory = _unit(session, actor, territory) if territory else None
    if "line_id" in values:
        line = values["line_id"]
        venue.line_id = queries.find_line(session, actor, "read", line).id if line else None
    if "contact_user_ids" in values:
        users = {_contact(session, actor, text) for text in values["contact_user_ids"]}
        kept = {contact.user_id: contact for contact in venue.contacts}
        venue.contacts = [kept.get(user) or VenueContact(user_id=user) for user in sorted(users)]


def _contact(session: Session, actor: Actor, text: str) -> int:
    user = session.get(User, number("user", text))
    if user is None or not actor.sees(user.unit.path):
        raise NotFound
    return user.id
