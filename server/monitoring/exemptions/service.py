"""Use cases of exemptions: request, approve, reject, cut short, withdraw.

They may concern the past as long as its month is open; reported figures of frozen months stay.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.campaigns.four_eyes import APPROVED, REJECTED, Case, give_verdict
from server.campaigns.queries import home_unit, unit_path
from server.campaigns.targeting.author_scope import reach_for
from server.foundation.core import Core
from server.foundation.errors import Conflict, Forbidden, Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.preconditions import Check, unchecked
from server.monitoring.exemptions import queries, rules
from server.monitoring.exemptions import serializers as documents
from server.monitoring.exemptions.models import ExemptedScreen, Exemption
from server.monitoring.exemptions.screen_selection import Spell, screens_of, selected_now

NO_SCREEN = Sentence(
    "所选范围内，该时段没有已绑定且有排期的显示屏，请改选范围或时间。",
    "No screen with a plan stood there in this time: choose another scope or time.",
)
NONE_LEFT = Sentence(
    "所选范围内已没有可免考核的显示屏（未绑定、已移走或当时没有排期）。请退回并写明原因，由申请人改选范围后重新申请。",
    "It selects no screen any more (unpaired, moved, or without a plan then). Reject it and say "
    "why: who asked can ask again for another scope.",
)
NOT_SUBMITTED = Sentence("该申请未处于待审批状态。", "This request doesn't wait for approval.")
NOT_APPROVED = Sentence(
    "只有已批准的免考核可以提前结束；待审批的请撤回。",
    "Only an approved one can be cut short: take back one that still waits.",
)
OVER = Sentence("该申请已退回或撤回。", "This request was rejected or withdrawn.")


@dataclass(frozen=True)
class ExemptionRequest:
    """A request; `code` is one of `labels.CODES`, `file` names the supporting document."""

    selector: dict[str, Any]
    from_ms: int
    until_ms: int
    code: str
    note: str = ""
    file: str = ""
    unit_id: str | None = None


def ask(core: Core, actor: Actor, requested: ExemptionRequest) -> Exemption:
    """Request an exemption; it counts once a second person approves. Raises Invalid, Conflict."""
    rules.check_span(requested.from_ms, requested.until_ms)
    rules.refuse_frozen(core, requested.from_ms)
    with core.config.write() as session:
        row = Exemption(
            unit_id=home_unit(session, actor, "exemptions.write", requested.unit_id),
            author_id=actor.user_id,
            state="submitted",
            selector=requested.selector,
            reach=reach_for(session, actor, "exemptions.write", requested.selector),
            from_at=requested.from_ms,
            until_at=requested.until_ms,
            code=requested.code,
            note=requested.note,
            file=requested.file,
            created_at=core.clock.now_ms(),
        )
        spells = selected_now(core, session, row)
        if not spells:
            raise Invalid.at("/selector", NO_SCREEN)
        session.add(row)
        session.flush()
        _list(session, row, spells)
        _note(core, session, actor, row, "ask", code=requested.code)
    return row


def approve(
    core: Core, actor: Actor, exemption_id: str, opinion: str, check: Check = unchecked
) -> Exemption:
    """Approve as the second person, for the currently selected screens.

    Raises Conflict (also if none is selected) and Forbidden.
    """
    with core.config.write() as session:
        row, spells = _submitted(core, session, actor, exemption_id, check)
        rules.refuse_frozen(core, row.from_at)
        give_verdict(core, session, actor, _case(row), APPROVED, opinion)
        if not spells:
            raise Conflict(NONE_LEFT, code="no_screens")
        _list(session, row, spells)
        row.state, row.decided_at = "approved", core.clock.now_ms()
        _note(core, session, actor, row, "approve", screens=len(screens_of(spells)))
    return row


def reject(
    core: Core, actor: Actor, exemption_id: str, reason: str, check: Check = unchecked
) -> Exemption:
    """Reject as the second person, even in a frozen month. Raises Conflict and Forbidden."""
    with core.config.write() as session:
        row, _ = _submitted(core, session, actor, exemption_id, check)
        give_verdict(core, session, actor, _case(row), REJECTED, reason)
        row.state, row.decided_at = "rejected", core.clock.now_ms()
        _note(core, session, actor, row, "reject", reason=reason)
    return row


def end(
    core: Core,
    actor: Actor,
    exemption_id: str,
    until_ms: int | None = None,
    check: Check = unchecked,
) -> Exemption:
    """Cut an approved one short at an instant, now by default.

    Raises Conflict, Invalid and Forbidden.
    """
    with core.config.write() as session:
        row = _to_undo(core, session, actor, exemption_id, check)
        if row.state != "approved":
            raise Conflict(NOT_APPROVED)
        before_ms, ends_ms = row.until_at, core.clock.now_ms() if until_ms is None else until_ms
        rules.check_end(core, row, ends_ms)
        row.until_at = ends_ms
        _note(core, session, actor, row, "end", until=ends_ms, before=before_ms)
    return row


def withdraw(core: Core, actor: Actor, exemption_id: str, check: Check = unchecked) -> Exemption:
    """Withdraw a requested or approved exemption; it no longer excuses anything.

    Raises Conflict and Forbidden.
    """
    with core.config.write() as session:
        row = _to_undo(core, session, actor, exemption_id, check)
        if row.state not in ("submitted", "approved"):
            raise Conflict(OVER)
        if row.state == "approved":
            rules.refuse_frozen(core, row.from_at)
        row.state = "withdrawn"
        _note(core, session, actor, row, "withdraw")
    return row


def read_tag(core: Core, session: Session, row: Exemption) -> dict[str, Any]:
    """The content of an exemption's ETag; for a pending one with its current selection."""
    spells = selected_now(core, session, row) if row.state == "submitted" else []
    return documents.as_read(documents.exemption_document(session, row, core.settings.zone), spells)


def _to_undo(
    core: Core, session: Session, actor: Actor, exemption_id: str, check: Check
) -> Exemption:
    row = queries.find(session, actor, exemption_id, "exemptions.write")
    if not rules.may_undo(actor, row, unit_path(session, row.unit_id)):
        raise Forbidden(rules.NOT_YOURS)
    check(read_tag(core, session, row))
    return row


def _submitted(
    core: Core, session: Session, actor: Actor, exemption_id: str, check: Check
) -> tuple[Exemption, list[Spell]]:
    row = queries.find(session, actor, exemption_id)
    if row.state != "submitted":
        check(read_tag(core, session, row))
        raise Conflict(NOT_SUBMITTED)
    spells = selected_now(core, session, row)
    if not rules.may_decide(actor, queries.deciders(session, row, spells)):
        raise Forbidden(rules.NOT_ALL_YOURS)
    document = documents.exemption_document(session, row, core.settings.zone)
    check(documents.as_read(document, spells))
    return row, spells


def _list(session: Session, row: Exemption, spells: Iterable[Spell]) -> None:
    session.execute(delete(ExemptedScreen).where(ExemptedScreen.exemption_id == row.id))
    session.add_all(
        ExemptedScreen(
            exemption_id=row.id,
            screen_id=one.screen,
            from_at=one.from_ms,
            until_at=one.until_ms,
            venue_id=one.venue,
            unit_id=one.unit,
        )
        for one in spells
    )


def _case(row: Exemption) -> Case:
    return Case("exemption", row.id, 1, row.author_id, row.author_id)


def _note(
    core: Core, session: Session, actor: Actor, row: Exemption, act: str, **detail: Any
) -> None:
    subject = public("exemption", row.id)
    record(session, core.clock.now_ms(), actor.user_id, f"exemption.{act}", subject, **detail)
