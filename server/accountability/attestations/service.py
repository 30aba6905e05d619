"""Use cases of attestations: reported by hand, proved by photos, approved by another person.

They may be for past days unless the month is frozen; a frozen month keeps its reports.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from server.accountability.attestations import (
    labels as wording,
)
from server.accountability.attestations import (
    queries,
)
from server.accountability.attestations import (
    serializers as documents,
)
from server.accountability.attestations.models import Attestation
from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.accounts.models import User
from server.campaigns.four_eyes import APPROVED, REJECTED, Case, give_verdict
from server.content.assets.evidence_photos import Kept, add_photo, keep_photo, photos_of, uploaded
from server.content.uploads.incoming_file import Received
from server.foundation.civil_time import LATE_DAYS, Civil
from server.foundation.core import Core
from server.foundation.errors import Conflict, Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.preconditions import Check, unchecked
from server.inventory.venues.queries import find as find_venue

LONGEST_DAYS: Final = 92
MOST_PHOTOS: Final = 9
MOST_CHOICES: Final = 100


@dataclass(frozen=True)
class Statement:
    """A venue's report: shown on `days` of the days first..last, `plays_per_day` times a day.

    Without a `person` the reporter is the witness. `photos` are pictures of the library by public
    id; others are added by `attach`.
    """

    venue_id: str
    first: date
    last: date
    days: int
    plays_per_day: int
    person: str = ""
    note: str = ""
    photos: Sequence[str] = ()


def submit(core: Core, actor: Actor, statement: Statement) -> Attestation:
    """Report by hand; it counts once a second person approves. Raises Invalid, Conflict."""
    _check(core, statement)
    photos = _photos(core, actor, statement.photos)
    with core.config.write() as session:
        venue = find_venue(session, actor, "exemptions.write", statement.venue_id)
        if venue.access != "manual":
            raise Invalid.at("/venue_id", wording.NOT_MANUAL)
        row = Attestation(
            venue=venue,
            author_id=actor.user_id,
            state="submitted",
            from_on=statement.first,
            to_on=statement.last,
            days=statement.days,
            plays_per_day=statement.plays_per_day,
            person=statement.person or _name(session, actor),
            note=statement.note,
            created_at=core.clock.now_ms(),
        )
        session.add(row)
        session.flush()
        for photo in photos:
            add_photo(core, session, public("attestation", row.id), photo, actor.user_id)
        _note(core, session, actor, row, "submit", venue=statement.venue_id, days=statement.days)
    return row


def attach(core: Core, actor: Actor, attestation_id: str, file: Received) -> bool:
    """Add a photo while it waits for approval; False if it has that one. Raises Conflict."""
    with core.config.read() as session:
        _open_to_photos(session, actor, attestation_id)
    kept = keep_photo(core, file)
    with core.config.write() as session:
        row = _open_to_photos(session, actor, attestation_id)
        added = add_photo(core, session, public("attestation", row.id), kept, actor.user_id)
        if added:
            _note(core, session, actor, row, "photo", digest=kept.digest)
    return added


def approve(
    core: Core, actor: Actor, attestation_id: str, opinion: str, check: Check = unchecked
) -> Attestation:
    """The second person's yes: it counts in coverage. Raises Conflict and Forbidden."""
    with core.config.write() as session:
        row = _submitted(core, session, actor, attestation_id, check)
        _refuse_frozen(core, row.from_on)
        if not photos_of(session, attestation_id):
            raise Conflict(wording.NO_PHOTO, code="no_photo")
        give_verdict(core, session, actor, _case(session, row), APPROVED, opinion)
        row.state, row.decided_at = "approved", core.clock.now_ms()
        _note(core, session, actor, row, "approve")
    return row


def reject(
    core: Core, actor: Actor, attestation_id: str, reason: str, check: Check = unchecked
) -> Attestation:
    """The second person's no, also once its month is frozen. Raises Conflict and Forbidden."""
    with core.config.write() as session:
        row = _submitted(core, session, actor, attestation_id, check)
        give_verdict(core, session, actor, _case(session, row), REJECTED, reason)
        row.state, row.decided_at = "rejected", core.clock.now_ms()
        _note(core, session, actor, row, "reject", reason=reason)
    return row


def end(
    core: Core,
    actor: Actor,
    attestation_id: str,
    last: date | None = None,
    check: Check = unchecked,
) -> Attestation:
    """Take back the last days of an approved one: it counts to a day, by default the last frozen.

    Days before keep their share, as reports of them must not change. Raises Conflict, Invalid.
    """
    with core.config.write() as session:
        row = queries.find_to_change(session, actor, attestation_id)
        check(documents.attestation_document(session, row, core.settings.zone))
        if row.state != "approved":
            raise Conflict(wording.NOT_APPROVED)
        before, row.ended_on = row.counts_to, _new_end(core, row, last)
        _note(core, session, actor, row, "end", to=str(row.ended_on), before=str(before))
    return row


def withdraw(
    core: Core, actor: Actor, attestation_id: str, check: Check = unchecked
) -> Attestation:
    """Withdraw a report, approved or not: it no longer counts. Raises Conflict."""
    with core.config.write() as session:
        row = queries.find_to_change(session, actor, attestation_id)
        check(documents.attestation_document(session, row, core.settings.zone))
        if row.state not in ("submitted", "approved"):
            raise Conflict(wording.OVER)
        if row.state == "approved":
            _refuse_frozen(core, row.from_on)
        row.state = "withdrawn"
        _note(core, session, actor, row, "withdraw")
    return row


def _check(core: Core, statement: Statement) -> None:
    civil = Civil(core.settings.zone)
    length = (statement.last - statement.first).days + 1
    wrong: list[tuple[bool, str, Sentence]] = [
        (length < 1, "/to", wording.BACKWARDS),
        (length > LONGEST_DAYS, "/to", wording.TOO_LONG),
        (statement.last.toordinal() > civil.day_of(core.clock.now_ms()), "/to", wording.FUTURE),
        (1 <= length < statement.days, "/days", wording.TOO_MANY_DAYS),
    ]
    for is_so, pointer, sentence in wrong:
        if is_so:
            raise Invalid.at(pointer, sentence)
    _refuse_frozen(core, statement.first)


def _photos(core: Core, actor: Actor, assets: Sequence[str]) -> list[Kept]:
    """Pictures of the library re-encoded as photos, before the transaction that adds them."""
    with core.config.read() as session:
        found = [
            uploaded(core, session, actor, asset, f"/photos/{place}")
            for place, asset in enumerate(assets)
        ]
    return [keep_photo(core, file) for file in found]


def open_since(core: Core) -> date:
    """The first day whose month isn't frozen."""
    civil = Civil(core.settings.zone)
    return date.fromordinal(civil.day_of(civil.open_since(core.clock.now_ms(), LATE_DAYS)))


def _new_end(core: Core, row: Attestation, last: date | None) -> date:
    frozen_to = open_since(core) - timedelta(days=1)
    _refuse_frozen(core, row.counts_to)
    ends = frozen_to if last is None else last
    if not row.from_on <= ends < row.counts_to:
        raise Invalid.at("/to", wording.NOT_SHORTER)
    if ends < frozen_to:
        raise Conflict(wording.BEFORE_FREEZE, code="frozen")
    return ends


def _refuse_frozen(core: Core, day: date) -> None:
    if day < open_since(core):
        raise Conflict(wording.FROZEN, code="frozen")


def _name(session: Session, actor: Actor) -> str:
    return session.get_one(User, actor.user_id).name or actor.username


def _open_to_photos(session: Session, actor: Actor, attestation_id: str) -> Attestation:
    row = queries.find(session, actor, "exemptions.write", attestation_id)
    if row.state != "submitted":
        raise Conflict(wording.SETTLED)
    if len(photos_of(session, attestation_id)) >= MOST_PHOTOS:
        raise Conflict(wording.ENOUGH, code="enough")
    return row


def _submitted(
    core: Core, session: Session, actor: Actor, attestation_id: str, check: Check
) -> Attestation:
    row = queries.find(session, actor, "exemptions.approve", attestation_id)
    check(documents.attestation_document(session, row, core.settings.zone))
    if row.state != "submitted":
        raise Conflict(wording.NOT_SUBMITTED)
    return row


def _case(session: Session, row: Attestation) -> Case:
    photos = photos_of(session, public("attestation", row.id))
    hands = frozenset(photo.user_id for photo in photos)
    return Case("attestation", row.id, 1, row.author_id, row.author_id, hands)


def _note(
    core: Core, session: Session, actor: Actor, row: Attestation, act: str, **detail: Any
) -> None:
    subject = public("attestation", row.id)
    record(session, core.clock.now_ms(), actor.user_id, f"attestation.{act}", subject, **detail)
