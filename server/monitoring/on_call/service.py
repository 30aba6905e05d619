"""Use cases of the on-call roster: add, change and delete shifts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.accounts.models import Unit
from server.accounts.queries import find_unit
from server.foundation.core import Core
from server.foundation.errors import Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import number, public
from server.foundation.rest.preconditions import Check, unchecked
from server.monitoring.on_call import queries
from server.monitoring.on_call.models import DutyShift

ONE_OF: Final = Sentence(
    "请选择每周的哪几天，或填写某一天的日期，二者选一。",
    "Give weekdays, or the date of one day: one of them.",
)
NO_TIME: Final = Sentence("开始和结束不能相同。", "Start and end can't be the same.")
MAY_NOT_SIGN: Final = Sentence(
    "这个人不能审批该单位的内容。请先由管理员给他“审批员”角色。",
    "This person can't sign off for that unit: have an administrator give the reviewer's role.",
)
NOT_THERE: Final = Sentence("没有这个人，或不在您的管辖范围内。", "Unknown, or outside your scope.")


@dataclass(frozen=True)
class Draft:
    """A shift as entered; ids are public."""

    unit_id: str
    user_id: str
    days: tuple[int, ...]
    day: date | None
    begins: str
    ends: str


def create(core: Core, actor: Actor, draft: Draft) -> DutyShift:
    """Add a shift. Raises Invalid, NotFound for a foreign unit, Forbidden by role."""
    with core.config.write() as session:
        row = DutyShift(created_at=core.clock.now_ms())
        _write(core, session, actor, row, draft)
        session.add(row)
        session.flush()
        _note(core, session, actor, row, "create", **_detail(row))
        session.refresh(row)
        return row


def change(
    core: Core, actor: Actor, shift_id: str, changes: Mapping[str, Any], check: Check = unchecked
) -> DutyShift:
    """Change the given fields of Draft. Raises Invalid, NotFound, Forbidden."""
    with core.config.write() as session:
        row = queries.find(session, actor, shift_id)
        check(row)
        _write(core, session, actor, row, Draft(**{**_as_draft(row), **changes}))
        session.flush()
        _note(core, session, actor, row, "change", **_detail(row))
        session.refresh(row)
        return row


def remove(core: Core, actor: Actor, shift_id: str, check: Check = unchecked) -> None:
    """Delete a shift."""
    with core.config.write() as session:
        row = queries.find(session, actor, shift_id)
        check(row)
        _note(core, session, actor, row, "delete", **_detail(row))
        session.delete(row)


def _write(core: Core, session: Session, actor: Actor, row: DutyShift, draft: Draft) -> None:
    unit = find_unit(session, actor, queries.ACTION, draft.unit_id)
    if bool(draft.days) == (draft.day is not None):
        raise Invalid.at("/days", ONE_OF)
    if draft.begins == draft.ends:
        raise Invalid.at("/until", NO_TIME)
    row.unit_id = unit.id
    row.user_id = _signer(core, session, actor, unit, draft.user_id)
    row.days, row.day = sorted(set(draft.days)), draft.day
    row.begins, row.ends = draft.begins, draft.ends


def _signer(core: Core, session: Session, actor: Actor, unit: Unit, text: str) -> int:
    """The number of a person who may sign off for the unit. Raises Invalid."""
    two_person = core.settings.two_person
    wanted = number("user", text)
    if all(one.id != wanted for one in queries.choices(session, actor, two_person=two_person)):
        raise Invalid.at("/user_id", NOT_THERE)
    may = queries.signers(session, unit.path, two_person=two_person)
    if all(one.id != wanted for one in may):
        raise Invalid.at("/user_id", MAY_NOT_SIGN)
    return wanted


def _as_draft(row: DutyShift) -> dict[str, Any]:
    return {
        "unit_id": public("unit", row.unit_id),
        "user_id": public("user", row.user_id),
        "days": tuple(row.days),
        "day": row.day,
        "begins": row.begins,
        "ends": row.ends,
    }


def _detail(row: DutyShift) -> dict[str, Any]:
    """The fields for the audit trail."""
    day = None if row.day is None else row.day.isoformat()
    kept = {**_as_draft(row), "days": list(row.days), "day": day}
    return {"person": kept.pop("user_id"), **kept}


def _note(
    core: Core, session: Session, actor: Actor, row: DutyShift, act: str, **detail: Any
) -> None:
    subject = public("duty_shift", row.id)
    record(session, core.clock.now_ms(), actor.user_id, f"duty_shift.{act}", subject, **detail)
