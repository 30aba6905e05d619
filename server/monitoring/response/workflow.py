"""Use cases of incidents: acknowledge, set the cause, order a repair, close."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.accounts.models import User
from server.accounts.roles import Action, roles_that_may
from server.foundation.core import Core
from server.foundation.errors import Conflict, Invalid, NotFound
from server.foundation.i18n import Sentence
from server.foundation.public_ids import number, public
from server.foundation.rest.preconditions import Check, unchecked
from server.monitoring.alerting.routing import AlertRouter
from server.monitoring.detection.apply_changes import close
from server.monitoring.incidents import queries
from server.monitoring.incidents.affected_units import path_of
from server.monitoring.incidents.catalogue import CODES
from server.monitoring.incidents.models import Incident

ACTION: Final[Action] = "incidents.acknowledge"
CLOSED = Sentence("该故障已结束，不能再处理。", "This incident is over.")
BY_ITSELF = Sentence(
    "此类故障恢复后会自动关闭；若属停电、检修等情况，请登记免考核。",
    "It closes by itself once all is well; for a power cut or maintenance ask for an exemption.",
)
NO_PERSON = Sentence(
    "没有这个人，或他无权处理该点位的故障，请改选。",
    "There is no such person, or he may not look after that place: choose another.",
)


@dataclass(frozen=True)
class Order:
    """派单: the repair firm, its phone, and a note for it."""

    firm: str
    phone: str = ""
    note: str = ""


def acknowledge(core: Core, actor: Actor, incident_id: str, check: Check = unchecked) -> Incident:
    """Acknowledge an incident; idempotent. Raises Conflict if it is over."""
    with core.config.write() as session:
        row = _open(session, actor, incident_id, check)
        if row.state == "open":
            _take(core, row, actor)
            _note(core, session, actor, row, "acknowledge")
    return row


def change(
    core: Core,
    actor: Actor,
    incident_id: str,
    changes: Mapping[str, Any],
    check: Check = unchecked,
) -> Incident:
    """Set `cause`, `note` or `assignee_id` (a public id or None), even after the end."""
    with core.config.write() as session:
        row = queries.find(session, actor, ACTION, incident_id)
        check(row)
        if "assignee_id" in changes:
            row.assignee_id = _person(session, actor, row, changes["assignee_id"])
        for name in ("cause", "note"):
            if name in changes:
                setattr(row, name, changes[name])
        _note(core, session, actor, row, "change", **changes)
    return row


def dispatch(
    core: Core, actor: Actor, incident_id: str, order: Order, check: Check = unchecked
) -> Incident:
    """Order a repair from a firm; acknowledges the incident too. Raises Conflict."""
    with core.config.write() as session:
        row = _open(session, actor, incident_id, check)
        if row.state == "open":
            _take(core, row, actor)
        row.firm, row.firm_phone, row.order_note = order.firm, order.phone, order.note
        row.dispatched_at = core.clock.now_ms()
        _note(core, session, actor, row, "dispatch", firm=order.firm)
    return row


def end(core: Core, actor: Actor, incident_id: str, check: Check = unchecked) -> Incident:
    """Close an incident by event. Raises Conflict for one that ends by itself."""
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        row = _open(session, actor, incident_id, check)
        kind = CODES.get(row.code)
        if kind is not None and not kind.by_event:
            raise Conflict(BY_ITSELF, code="ends_by_itself")
        close(row, now_ms, now_ms)
        AlertRouter(session, (), now_ms, core.settings.zone).over(row, notify=False)
        _note(core, session, actor, row, "close")
    return row


def _open(session: Session, actor: Actor, incident_id: str, check: Check) -> Incident:
    row = queries.find(session, actor, ACTION, incident_id)
    check(row)
    if row.state == "closed":
        raise Conflict(CLOSED, code="closed")
    return row


def _take(core: Core, row: Incident, actor: Actor) -> None:
    row.state = "acknowledged"
    row.acknowledged_by, row.acknowledged_at = actor.user_id, core.clock.now_ms()


def _person(session: Session, actor: Actor, row: Incident, text: str | None) -> int | None:
    """The number of a person who may handle incidents of that unit. Raises Invalid."""
    if text is None:
        return None
    roles, path = roles_that_may(ACTION, two_person=actor.two_person), path_of(session, row)
    try:
        user = session.get(User, number("user", text))
    except NotFound:
        user = None
    may = user is not None and any(
        one.role in roles and path.startswith(one.unit.path) for one in user.roles
    )
    if user is None or user.disabled or not may:
        raise Invalid.at("/assignee_id", NO_PERSON)
    return user.id


def _note(
    core: Core, session: Session, actor: Actor, row: Incident, act: str, **detail: Any
) -> None:
    subject = public("incident", row.id)
    record(session, core.clock.now_ms(), actor.user_id, f"incident.{act}", subject, **detail)
