"""Reads of attestations: in a person's scope, and those that reports reckon with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Select, exists, literal, select
from sqlalchemy.orm import Session

from server.accountability.attestations import labels as wording
from server.accountability.attestations.models import Attestation
from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.accounts.roles import Action
from server.content.models import Photo
from server.foundation.errors import Forbidden, existing
from server.foundation.public_ids import LETTERS, number
from server.inventory.venues import access
from server.inventory.venues.models import Venue

READ: Final[Action] = "reports.read"


def find(session: Session, actor: Actor, action: Action, text: str) -> Attestation:
    """The attestation behind a public id. Raises NotFound outside the scope, Forbidden by role."""
    row = existing(session.get(Attestation, number("attestation", text)))
    access.require(actor, action, access.place_of(row.venue), READ)
    return row


def find_to_change(session: Session, actor: Actor, text: str) -> Attestation:
    """The same for a withdrawal. Raises Forbidden if a contact didn't report it himself."""
    row = find(session, actor, "exemptions.write", text)
    if not may_change(actor, row):
        raise Forbidden(wording.NOT_YOURS)
    return row


def may_change(actor: Actor, row: Attestation) -> bool:
    """Whether the person may change it; a venue's contact may only change his own reports."""
    roles = access.roles_at(actor, "exemptions.write", access.place_of(row.venue))
    return bool(roles) and (row.author_id == actor.user_id or roles != {"venue"})


def venue_of_list(session: Session, actor: Actor, text: str) -> Venue:
    """The venue whose attestations the person may read, auditors too. Raises NotFound."""
    venue = existing(session.get(Venue, number("venue", text)))
    access.require(actor, READ, access.place_of(venue), READ)
    return venue


def in_scope(actor: Actor, action: Action = READ) -> Select[Attestation]:
    """The attestations of venues at which a person may do `action`."""
    query = select(Attestation).join(Venue, Attestation.venue_id == Venue.id)
    return query.join(Unit, Venue.unit_id == Unit.id).where(access.rows(actor, action))


def waiting(actor: Actor) -> Select[Attestation]:
    """Those that the person may review: submitted, with a photo, and not his own."""
    query = in_scope(actor, "exemptions.approve").where(Attestation.state == "submitted")
    of_it = Photo.owner == literal(f"{LETTERS['attestation']}_").concat(Attestation.id)
    if actor.two_person:
        own_photo = exists().where(of_it, Photo.user_id == actor.user_id)
        query = query.where(Attestation.author_id != actor.user_id, ~own_photo)
    return query.where(exists().where(of_it)).order_by(Attestation.id)


def manual_venues(actor: Actor) -> Select[Venue]:
    """The venues for which a person may report by hand."""
    query = select(Venue).join(Unit, Venue.unit_id == Unit.id)
    mine = access.rows(actor, "exemptions.write")
    return query.where(mine, Venue.access == "manual").order_by(Venue.name, Venue.id)


def latest(session: Session, venue_id: int) -> Attestation | None:
    """The venue's attestation that reaches furthest, of those that weren't turned down."""
    query = select(Attestation).where(
        Attestation.venue_id == venue_id, Attestation.state.in_(("submitted", "approved"))
    )
    return session.scalar(
        query.order_by(Attestation.counts_to.desc(), Attestation.id.desc()).limit(1)
    )


@dataclass(frozen=True, slots=True)
class Attested:
    """An approved statement: shown on `days` of the days first..last; it counts to `until`."""

    venue: int
    first: date
    last: date
    days: int
    until: date


def approved_between(session: Session, first: date, last: date) -> Sequence[Attested]:
    """Approved attestations of all venues that meet the days first..last."""
    rows = session.execute(
        select(
            Attestation.venue_id,
            Attestation.from_on,
            Attestation.to_on,
            Attestation.days,
            Attestation.counts_to,
        )
        .where(
            Attestation.state == "approved",
            Attestation.from_on <= last,
            Attestation.counts_to >= first,
        )
        .order_by(Attestation.id)
    )
    return [Attested(*row) for row in rows]
