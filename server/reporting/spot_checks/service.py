"""Use cases of spot checks: ask for one now, draw some now, judge a picture."""

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.accounts.models import Unit
from server.accounts.roles import Action
from server.campaigns.targeting.author_scope import choice, reach_for
from server.foundation.core import Core
from server.foundation.errors import Conflict
from server.foundation.i18n import Sentence
from server.foundation.public_ids import number, public
from server.inventory.screens.queries import find as find_screen
from server.reporting.spot_checks import queries
from server.reporting.spot_checks.eligible_screens import playing
from server.reporting.spot_checks.models import SpotCheck
from server.reporting.spot_checks.sampling import Reason, begin
from server.reporting.spot_checks.statistic.counting_rules import exempt_now

ASK: Final[Action] = "spot_checks.ask"
NONE_ON_AIR: Final = Sentence(
    "范围内现在没有在线并且应播的显示屏，请换一个范围或在营业时段再抽。",
    "No selected screen is online and has to play now: choose another scope, or another hour.",
)
ENDED: Final = Sentence(
    "这块屏没有绑定、已停用或吊销，不能抽查。",
    "This screen is unbound, retired or revoked: there is nothing to check.",
)
NO_PICTURE: Final = Sentence(
    "这次抽查没有收到画面，不能复核；它按未响应统计。",
    "No picture came of this check, so there is nothing to judge; it counts as unanswered.",
)


@dataclass(frozen=True)
class SampleRequest:
    """How many of which screens to check now, and the kind of check."""

    selector: Mapping[str, Any]
    count: int
    kind: str = "screenshot"


def ask(core: Core, actor: Actor, screen_id: str, kind: str) -> SpotCheck:
    """Put a check of one screen on record, by hand. Raises NotFound, Forbidden, Conflict."""
    with core.config.write() as session:
        screen = find_screen(session, actor, ASK, screen_id)
        gone = screen.retired_at is not None or screen.revoked_at is not None
        if gone or screen.enrolled_at is None:
            raise Conflict(ENDED, code="not_in_service")
        return begin(core, session, screen.id, kind, Reason("by_hand", None, actor.user_id))


def sample(
    core: Core,
    actor: Actor,
    connected: Collection[int],
    request: SampleRequest,
    chance: random.Random,
) -> list[SpotCheck]:
    """Draw some of the selected screens that are on air now, each at most once.

    Fewer where fewer are on air. Raises Invalid, and Conflict where none is.
    """
    now_ms = core.clock.now_ms()
    with core.config.read() as session:
        reach = reach_for(session, actor, ASK, request.selector)
        chosen = choice(request.selector, reach)
        found = [one.screen_id for one in chosen.among(playing(session, list(connected), now_ms))]
        if request.kind == "photo":
            found = sorted(set(found) - exempt_now(session, now_ms))
        frame = frame_of(session, actor, request.selector)
    if not found:
        raise Conflict(NONE_ON_AIR, code="none_on_air")
    drawn = chance.sample(found, min(request.count, len(found)))
    reason = Reason("sample", frame, actor.user_id)
    with core.config.write() as session:
        return [begin(core, session, one, request.kind, reason) for one in drawn]


def judge(core: Core, actor: Actor, check_id: str, verdict: str, note: str) -> SpotCheck:
    """Judge the picture: `good`, `bad` or `unclear`. Raises Conflict.

    A later verdict replaces an earlier one.
    """
    with core.config.write() as session:
        row = queries.find(session, actor, "spot_checks.judge", check_id)
        if row.state != "answered":
            raise Conflict(NO_PICTURE, code="no_picture")
        row.verdict, row.note = verdict, note
        row.judged_by, row.judged_at = actor.user_id, core.clock.now_ms()
        subject = public("spot_check", row.id)
        detail = {"verdict": verdict, "note": note}
        record(session, row.judged_at, actor.user_id, "spot_check.judge", subject, **detail)
        return row


def frame_of(session: Session, actor: Actor, selector: Mapping[str, Any]) -> int | None:
    """The unit all of whose screens such a draw covers evenly; None without one."""
    named = {name for name, value in selector.items() if value}
    if named == {"all"}:
        roots = sorted(actor.roots(ASK), key=len)
        if not all(path.startswith(roots[0]) for path in roots):
            return None
        return session.scalars(select(Unit.id).where(Unit.path == roots[0])).one()
    if named == {"unit_ids"} and len(selector["unit_ids"]) == 1:
        return number("unit", selector["unit_ids"][0])
    return None
