"""Use cases of exemptions: ask for one, approve or reject it, cut it short, take it back.

They may be for the past, as long as the month isn't frozen: what was reported then stays.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.audit import record
from server.campaigns.queries import home_unit, unit_path
from server.campaigns.reach import reach_for
from server.campaigns.reviews import APPROVED, REJECTED, Case, give_verdict
from server.checks import Check, unchecked
from server.core import Core
from server.errors import Conflict, Invalid, fault
from server.exemptions import documents, queries, rules
from server.exemptions.models import ExemptedScreen, Exemption
from server.exemptions.selected import selected
from server.ids import public
from server.texts import Sentence

NO_SCREEN = Sentence(
    "范围内没有当时或现在播放的显示屏，请改选范围。",
    "No screen that plays, or played then, is selected: choose another scope.",
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
class Wish:
    """What is asked for; `code` is one of `wording.CODES`, `file` names the paper behind it."""

    selector: dict[str, Any]
    from_ms: int
    until_ms: int
    code: str
    note: str = ""
    file: str = ""
    unit_id: str | None = None


def ask(core: Core, actor: Actor, wish: Wish) -> Exemption:
    """Ask for an exemption; it counts once a second person approves. Raises Invalid, Conflict."""
    rules.check_span(wish.from_ms, wish.until_ms)
    rules.refuse_frozen(core, wish.from_ms)
    with core.config.write() as session:
        row = Exemption(
            unit_id=home_unit(session, actor, "exemptions.write", wish.unit_id),
            author_id=actor.user_id,
            state="submitted",
            selector=wish.selector,
            reach=reach_for(session, actor, "exemptions.write", wish.selector),
            from_at=wish.from_ms,
            until_at=wish.until_ms,
            code=wish.code,
            note=wish.note,
            file=wish.file,
            created_at=core.clock.now_ms(),
        )
        if not selected(session, row):
            raise Invalid(NO_SCREEN, faults=[fault("/selector", NO_SCREEN)])
        session.add(row)
        session.flush()
        _note(core, session, actor, row, "ask", code=wish.code)
    return row


def approve(core: Core, actor: Actor, exemption_id: str, opinion: str) -> Exemption:
    """The second person's yes: it counts for the screens that it selects now.

    Raises Conflict (also if that is none) and Forbidden.
    """
    with core.config.write() as session:
        row = _submitted(core, session, actor, exemption_id)
        give_verdict(core, session, actor, _case(row), APPROVED, opinion)
        screens = selected(session, row)
        if not screens:
            raise Conflict(NONE_LEFT, code="no_screens")
        session.add_all(ExemptedScreen(exemption_id=row.id, screen_id=one) for one in screens)
        row.state, row.decided_at = "approved", core.clock.now_ms()
        _note(core, session, actor, row, "approve", screens=len(screens))
    return row


def reject(core: Core, actor: Actor, exemption_id: str, reason: str) -> Exemption:
    """The second person's no. Raises Conflict and Forbidden."""
    with core.config.write() as session:
        row = _submitted(core, session, actor, exemption_id)
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
    """Cut an approved one short: it excuses until an instant, now by default.

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
    """Take back what was asked for, or what was approved: it excuses nothing.

    Raises Conflict and Forbidden.
    """
    with core.config.write() as session:
        row = _to_undo(core, session, actor, exemption_id, check)
        if row.state not in ("submitted", "approved"):
            raise Conflict(OVER)
        if row.state == "approved":
            rules.refuse_frozen(core, row.from_at)
        session.execute(delete(ExemptedScreen).where(ExemptedScreen.exemption_id == row.id))
        row.state = "withdrawn"
        _note(core, session, actor, row, "withdraw")
    return row


def _to_undo(
    core: Core, session: Session, actor: Actor, exemption_id: str, check: Check
) -> Exemption:
    row = queries.find(session, actor, "exemptions.write", exemption_id)
    rules.require_undo(actor, row, unit_path(session, row.unit_id))
    check(documents.exemption_document(session, row, core.settings.zone))
    return row


def _submitted(core: Core, session: Session, actor: Actor, exemption_id: str) -> Exemption:
    row = queries.find(session, actor, "exemptions.approve", exemption_id)
    if row.state != "submitted":
        raise Conflict(NOT_SUBMITTED)
    rules.refuse_frozen(core, row.from_at)
    return row


def _case(row: Exemption) -> Case:
    return Case("exemption", row.id, 1, row.author_id, row.author_id)


def _note(
    core: Core, session: Session, actor: Actor, row: Exemption, act: str, **detail: Any
) -> None:
    subject = public("exemption", row.id)
    record(session, core.clock.now_ms(), actor.user_id, f"exemption.{act}", subject, **detail)
