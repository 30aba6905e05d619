"""Takeovers: one asset over everything on the selected screens, started by one, signed by another.

A venue's policy decides whether it takes part: `never`, `emergency` (only emergencies), `always`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, Grant
from server.campaigns import queries
from server.campaigns.events import ApprovalWaits, TakeoversChanged
from server.campaigns.four_eyes import APPROVED, REJECTED, Case, give_verdict
from server.campaigns.models import Takeover
from server.campaigns.overrides.picture import Picture
from server.campaigns.overrides.target_screens import screens_of_any
from server.campaigns.targeting import signoff_scope
from server.campaigns.targeting.author_scope import reach_for
from server.campaigns.trail import note
from server.campaigns.workflow.reviewed_version import takeover_as_read
from server.content.assets import lifecycle as library
from server.content.models import Asset
from server.foundation.core import Core
from server.foundation.errors import Conflict, Forbidden, Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.preconditions import Check, unchecked
from server.inventory.screens.facts import ScreenFacts

USUAL_MS: Final = 10 * 60_000
WRONG_UNTIL = Sentence("结束时间已过，请重新填写。", "It would be over already: give a later time.")
NEEDS_REASON = Sentence(
    "超过 10 分钟的插播须填写理由。", "A takeover of more than ten minutes needs a reason."
)
NOT_SUBMITTED = Sentence("该插播未处于待审批状态。", "This takeover doesn't wait for sign-off.")
TOO_LATE = Sentence("原定结束时间已过，请重新发起。", "The time asked for is over: start it again.")
OVER = Sentence("该插播已结束。", "This takeover is over.")
NOT_SHOWABLE = Sentence(
    "该素材还在处理、未通过或已撤下，请换用可播放的素材。",
    "The asset is being processed, was rejected or withdrawn: choose one that can be shown.",
)


@dataclass(frozen=True)
class TakeoverDraft:
    """A request for a takeover; `until_ms` None is ten minutes from the approval."""

    picture: Picture
    selector: dict[str, Any]
    until_ms: int | None = None
    label: str = ""
    reason: str = ""
    emergency: bool = False
    drill: bool = False


def start(core: Core, actor: Actor, draft: TakeoverDraft) -> Takeover:
    """Ask for a takeover; it waits for a second person. Raises Invalid and Conflict.

    An asset that isn't signed off goes along, and is signed off with the takeover.
    """
    now_ms = core.clock.now_ms()
    _check_until(draft, now_ms)
    with core.config.write() as session:
        unit_id = queries.home_unit(session, actor, "takeover.start")
        asset = draft.picture.within(core, session, as_maker(actor))
        _send_along(session, now_ms, actor, asset)
        takeover = Takeover(
            unit_id=unit_id,
            author_id=actor.user_id,
            asset_id=asset.id,
            state="submitted",
            selector=draft.selector,
            reach=reach_for(session, actor, "takeover.start", draft.selector),
            label=draft.label or asset.name[:120],
            reason=draft.reason,
            emergency=draft.emergency,
            drill=draft.drill,
            created_at=now_ms,
            until_at=draft.until_ms,
        )
        session.add(takeover)
        session.flush()
        detail = {"emergency": draft.emergency, "drill": draft.drill, "reason": draft.reason}
        note(core, session, actor, "takeover.start", takeover.id, **detail)
    core.events.publish(ApprovalWaits(public("takeover", takeover.id)))
    return takeover


class InForce(NamedTuple):
    """A live takeover, and the screens that it was assigned to."""

    row: Takeover
    screens: Sequence[ScreenFacts]


def approve(
    core: Core, actor: Actor, takeover_id: str, opinion: str, check: Check = unchecked
) -> InForce:
    """The second person's yes: it is live at once. Raises Conflict and Forbidden."""
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        takeover = _submitted(core, session, actor, takeover_id, check)
        if takeover.until_at is not None and takeover.until_at <= now_ms:
            raise Conflict(TOO_LATE, code="over")
        give_verdict(core, session, actor, _case(takeover), APPROVED, opinion)
        notices = library.approve_within(session, now_ms, actor, [takeover.asset_id])
        takeover.state, takeover.from_at = "live", now_ms
        takeover.until_at = takeover.until_at or now_ms + USUAL_MS
        detail = {"two_person": core.settings.two_person}
        note(core, session, actor, "takeover.approve", takeover.id, **detail)
    # The glass first: what the asset's approval sets off can wait.
    screens = screens_of_any(core, [takeover])
    for notice in [TakeoversChanged(screens), *notices]:
        core.events.publish(notice)
    return InForce(takeover, screens)


def reject(
    core: Core, actor: Actor, takeover_id: str, reason: str, check: Check = unchecked
) -> Takeover:
    """The second person's no. Raises Conflict and Forbidden."""
    with core.config.write() as session:
        takeover = _submitted(core, session, actor, takeover_id, check)
        give_verdict(core, session, actor, _case(takeover), REJECTED, reason)
        takeover.state, takeover.ended_at = "rejected", core.clock.now_ms()
        note(core, session, actor, "takeover.reject", takeover.id, reason=reason)
    return takeover


def end(core: Core, actor: Actor, takeover_id: str, check: Check = unchecked) -> Takeover:
    """Take it off the screens, or out of sign-off. Raises Conflict if it is over, and Forbidden if
    it is somebody else's and reaches further than the person.
    """
    with core.config.write() as session:
        takeover = queries.find(session, actor, "takeover.start", Takeover, takeover_id)
        check(takeover_as_read(session, takeover, core.settings.zone))
        if takeover.state not in ("submitted", "live"):
            raise Conflict(OVER)
        if not signoff_scope.may_end(session, actor, takeover):
            raise Forbidden(signoff_scope.BEYOND_TO_END, code="beyond_scope")
        was_live = end_within(core, takeover)
        note(core, session, actor, "takeover.end", takeover.id)
    if was_live:
        core.events.publish(TakeoversChanged(screens_of_any(core, [takeover])))
    return takeover


def end_within(core: Core, takeover: Takeover) -> bool:
    """End it in a running transaction; answers whether screens had it."""
    was_live = takeover.state == "live"
    takeover.state, takeover.ended_at = "ended", core.clock.now_ms()
    return was_live


def end_all_within(
    core: Core, session: Session, query: Select[Takeover], *, cause: str
) -> list[Takeover]:
    """End these takeovers in a running transaction; returns those that screens had."""
    over = session.scalars(query).all()
    were_live = [takeover for takeover in over if end_within(core, takeover)]
    for takeover in over:
        note(core, session, None, "takeover.end", takeover.id, cause=cause)
    return were_live


def end_with_asset(core: Core, asset_id: int) -> None:
    """End the takeovers that show a withdrawn asset, or wait to show it."""
    query = select(Takeover).where(
        Takeover.asset_id == asset_id, Takeover.state.in_(("submitted", "live"))
    )
    with core.config.read() as session:
        if session.scalar(query.limit(1)) is None:
            return
    with core.config.write() as session:
        were_live = end_all_within(core, session, query, cause="asset_withdrawn")
    if were_live:
        core.events.publish(TakeoversChanged(screens_of_any(core, were_live)))


def as_maker(actor: Actor) -> Actor:
    """The actor with the right to upload the picture of his takeover, reviewers too."""
    made = tuple(Grant("publicity", root) for root in actor.roots("takeover.start"))
    return replace(actor, grants=(*actor.grants, *made))


def _check_until(draft: TakeoverDraft, now_ms: int) -> None:
    if draft.until_ms is None:
        return
    if draft.until_ms <= now_ms:
        raise Invalid.at("/until", WRONG_UNTIL)
    if draft.until_ms - now_ms > USUAL_MS and not draft.reason:
        raise Invalid.at("/reason", NEEDS_REASON)


def _send_along(session: Session, now_ms: int, actor: Actor, asset: Asset) -> None:
    if asset.state == "ready":
        library.submit_within(session, now_ms, as_maker(actor), [asset.id])
    elif asset.state not in ("submitted", "approved"):
        raise Conflict(NOT_SHOWABLE, code="asset_not_ready")


def _submitted(
    core: Core, session: Session, actor: Actor, takeover_id: str, check: Check
) -> Takeover:
    takeover = queries.find(session, actor, "sign_off", Takeover, takeover_id)
    check(takeover_as_read(session, takeover, core.settings.zone))
    if takeover.state != "submitted":
        raise Conflict(NOT_SUBMITTED)
    signoff_scope.require_all(session, actor, takeover)
    signoff_scope.require_successors(session, actor, [takeover.asset_id])
    return takeover


def _case(takeover: Takeover) -> Case:
    return Case("takeover", takeover.id, 1, takeover.author_id, takeover.author_id)
