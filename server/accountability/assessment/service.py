"""Use cases of assessment packs: asked for by one person, made by a job, never changed after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from server.accountability.assessment import labels as wording
from server.accountability.assessment import queries
from server.accountability.assessment.models import AssessmentPack, PackUnit
from server.accountability.assessment.outcomes import Outcome, faults_of
from server.accounts.actor import Actor, forbidden
from server.accounts.audit_log.record import record
from server.accounts.models import Unit
from server.foundation.civil_time import BACKWARDS, LAST_YEAR, Civil
from server.foundation.core import Core
from server.foundation.errors import Conflict, Invalid, NotFound
from server.foundation.i18n import Sentence
from server.foundation.jobs.service import enqueue, wake
from server.foundation.public_ids import number, public

LONGEST_DAYS: Final = 366
MOST_UNITS: Final = 200


@dataclass(frozen=True, slots=True)
class PackRequest:
    """The units (public ids), and the days first..last of the district, both inclusive.

    `outcomes`: figures entered by hand for some of the units.
    """

    unit_ids: Sequence[str]
    first: date
    last: date
    outcomes: Sequence[Outcome] = ()


def ask(core: Core, actor: Actor, request: PackRequest) -> AssessmentPack:
    """Ask for a pack; a job makes it. Raises Invalid and Forbidden."""
    _check_days(core, request)
    _check_outcomes(core, request)
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        units = [
            _unit(session, actor, text, f"/unit_ids/{place}")
            for place, text in enumerate(request.unit_ids)
        ]
        _check_once(units)
        row = AssessmentPack(
            author_id=actor.user_id,
            from_on=request.first,
            to_on=request.last,
            state="making",
            created_at=now_ms,
        )
        session.add(row)
        session.flush()
        session.add_all(
            PackUnit(
                pack_id=row.id,
                unit_id=unit.id,
                position=place,
                outcomes=_outcomes(request, public("unit", unit.id)) or None,
            )
            for place, unit in enumerate(units)
        )
        enqueue(session, "make_pack", row.id, now_ms)
        days = {"from": request.first.isoformat(), "to": request.last.isoformat()}
        subject = public("assessment_pack", row.id)
        record(session, now_ms, actor.user_id, "assessment_pack.ask", subject, **days)
    wake(core)
    return row


def retry(core: Core, actor: Actor, pack_id: str) -> AssessmentPack:
    """Retry a failed pack. Raises Conflict and Forbidden."""
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        row = queries.find(session, actor, "packs.ask", pack_id)
        if row.state != "failed":
            raise Conflict(wording.NOT_FAILED)
        row.state = "making"
        enqueue(session, "make_pack", row.id, now_ms)
        record(session, now_ms, actor.user_id, "assessment_pack.retry", pack_id)
    wake(core)
    return row


def give_up(core: Core, pack_id: int) -> None:
    """Mark the pack as failed after the last attempt."""
    with core.config.write() as session:
        row = session.get(AssessmentPack, pack_id)
        if row is not None and row.state == "making":
            row.state = "failed"


def ready(session: Session, actor: Actor, pack_id: str) -> AssessmentPack:
    """The pack, if its files may be fetched. Raises NotFound, Conflict if there are none."""
    row = queries.find(session, actor, "packs.read", pack_id)
    if row.state == "failed":
        raise Conflict(wording.FAILED, code="failed")
    if row.state != "ready":
        raise Conflict(wording.NOT_READY, code="not_ready")
    return row


def _check_days(core: Core, request: PackRequest) -> None:
    today = Civil(core.settings.zone).day_of(core.clock.now_ms())
    days = (request.last - request.first).days + 1
    wrong: list[tuple[bool, Sentence]] = [
        (days < 1, BACKWARDS),
        (days > LONGEST_DAYS or request.last.year > LAST_YEAR, wording.TOO_LONG),
        (request.last.toordinal() > today, wording.FUTURE),
    ]
    for is_so, sentence in wrong:
        if is_so:
            raise Invalid.at("/to", sentence)


def _check_outcomes(core: Core, request: PackRequest) -> None:
    today = date.fromordinal(Civil(core.settings.zone).day_of(core.clock.now_ms()))
    faults = list(faults_of(request.outcomes, request.unit_ids, today))
    if faults:
        raise Invalid(faults[0].detail, faults=faults)


def _outcomes(request: PackRequest, unit_id: str) -> list[dict[str, Any]]:
    return [one.stored() for one in request.outcomes if one.unit_id == unit_id]


def _unit(session: Session, actor: Actor, text: str, pointer: str) -> Unit:
    try:
        unit = session.get(Unit, number("unit", text))
    except NotFound:
        unit = None
    if unit is None or not actor.may("packs.read", unit.path):
        raise Invalid.at(pointer, wording.UNKNOWN)
    if not actor.may("packs.ask", unit.path):
        raise forbidden()
    return unit


def _check_once(units: Sequence[Unit]) -> None:
    seen: set[int] = set()
    for place, unit in enumerate(units):
        if unit.id in seen:
            raise Invalid.at(f"/unit_ids/{place}", wording.TWICE)
        seen.add(unit.id)
