"""Bulk actions: records change for all screens or none; commands are sent gradually."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.accounts.roles import Action
from server.foundation.core import Core
from server.foundation.errors import Fault, Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.gateway.bulk.former_state import Before, before_of
from server.gateway.commands.service import NAMES, Command, check
from server.gateway.models import BulkAct, BulkOutcome
from server.inventory.screens import bulk
from server.inventory.screens.models import Screen
from server.inventory.venues.bulk import move_to_line
from server.monitoring.duty import maintenance
from server.monitoring.exemptions import service as exemptions
from server.publishing import service as loops
from server.publishing.manifests.rebuild_queue import request_rebuild

MOST: Final = 5_000
RECORDS: Final[Mapping[str, Action]] = {
    "maintenance": maintenance.WRITE,
    "out_of_service": "exemptions.write",
    "move_line": "venues.write",
    "add_tags": "screens.pair",
    "remove_tags": "screens.pair",
    "pause": "screens.command",
    "resume": "screens.command",
}
NONE: Final = Sentence("没有选中显示屏。", "No screen is selected.")
TOO_MANY: Final = Sentence(
    "一次最多 5000 块屏，请缩小筛选范围。", "5,000 screens at most at once: narrow the filter."
)
PAST: Final = Sentence("截止时间须晚于现在。", "It must end in the future.")
REQUIRED: Final = Sentence("此项必填，请补上。", "This is required: fill it in.")


@dataclass(frozen=True)
class Act:
    """A bulk action; the fields used depend on `action`."""

    action: str
    args: Mapping[str, Any] = field(default_factory=dict)
    from_ms: int | None = None
    until_ms: int | None = None
    reason: str = ""
    line_id: str = ""
    tags: Sequence[str] = ()

    def as_json(self) -> dict[str, Any]:
        """The stored form."""
        fields = {
            "args": dict(self.args),
            "from": self.from_ms,
            "until": self.until_ms,
            "reason": self.reason,
            "line_id": self.line_id,
            "tags": list(self.tags),
        }
        return {name: value for name, value in fields.items() if value}


@dataclass(frozen=True)
class Done:
    """The recorded bulk action, and the object that it created."""

    bulk_id: int
    screens: int
    maintenance: Any = None
    exemption_id: int | None = None


def action_of(act: str) -> Action:
    """The permission needed on each screen."""
    return RECORDS.get(act, "screens.command")


def order(core: Core, actor: Actor, act: Act, screens: Sequence[int]) -> Done:
    """Perform it, or queue its commands. Raises Invalid, Forbidden.

    `screens`: numbers of screens on which the person has that permission.
    """
    _check(core, act, screens)
    if act.action == "maintenance":
        return _maintain(core, actor, act, screens)
    if act.action == "out_of_service":
        return _excuse(core, actor, act, screens)
    with core.config.write() as session:
        before = before_of(session, act.action, screens, core.clock.now_ms())
        _change(core, session, actor, act, screens)
        number = _put(core, session, actor, act, screens)
        _keep_before(session, number, before)
        touched = _neighbours(session, screens) if act.action == "move_line" else screens
    if act.action == "move_line":
        loops.assign_overlays(core, touched)
    if act.action in RECORDS:
        request_rebuild(core, touched)
    return Done(number, len(screens))


def _check(core: Core, act: Act, screens: Sequence[int]) -> None:
    if not screens:
        raise Invalid.at("/screen_ids", NONE)
    if len(screens) > MOST:
        raise Invalid.at("/filter", TOO_MANY)
    if act.action in NAMES:
        check(Command(act.action, act.args))
    needs = {
        "maintenance": ("until", "reason"),
        "out_of_service": ("from", "until", "reason"),
        "pause": ("until", "reason"),
        "move_line": ("line_id",),
        "add_tags": ("tags",),
        "remove_tags": ("tags",),
    }
    given = act.as_json()
    lacking = [
        Fault(f"/{name}", REQUIRED) for name in needs.get(act.action, ()) if name not in given
    ]
    if lacking:
        raise Invalid(REQUIRED, faults=lacking)
    if act.action == "pause" and (act.until_ms or 0) <= core.clock.now_ms():
        raise Invalid.at("/until", PAST)


def _change(core: Core, session: Session, actor: Actor, act: Act, screens: Sequence[int]) -> None:
    now_ms = core.clock.now_ms()
    if act.action == "add_tags":
        bulk.add_tags(session, screens, act.tags)
    elif act.action == "remove_tags":
        bulk.remove_tags(session, screens, act.tags)
    elif act.action == "pause":
        pause = bulk.Pause(now_ms, act.until_ms or 0, act.reason, actor.user_id)
        bulk.pause(session, screens, pause)
    elif act.action == "resume":
        bulk.resume(session, screens, now_ms)
    elif act.action == "move_line":
        venues = set(session.scalars(select(Screen.venue_id).where(Screen.id.in_(screens))))
        move_to_line(session, actor, venues, act.line_id)


def _neighbours(session: Session, screens: Sequence[int]) -> list[int]:
    """All screens of the vehicles of the given ones: they move together."""
    venues = select(Screen.venue_id).where(Screen.id.in_(screens))
    return list(session.scalars(select(Screen.id).where(Screen.venue_id.in_(venues))))


def _put(
    core: Core, session: Session, actor: Actor, act: Act, screens: Sequence[int], made: str = ""
) -> int:
    """Record the action with a row for each screen, and one audit entry for all.

    `made`: public id of the object that it created.
    """
    now_ms, is_command = core.clock.now_ms(), act.action in NAMES
    row = BulkAct(
        user_id=actor.user_id,
        action=act.action,
        args={**act.as_json(), **({"made": made} if made else {})},
        created_at=now_ms,
        finished_at=None if is_command else now_ms,
    )
    session.add(row)
    session.flush()
    state = "waiting" if is_command else "done"
    session.add_all(
        BulkOutcome(bulk_id=row.id, screen_id=one, state=state, at=None if is_command else now_ms)
        for one in screens
    )
    named = [public("screen", one) for one in screens]
    entry = {**act.as_json(), "act": act.action, "screens": named}
    record(session, now_ms, actor.user_id, "screens.bulk", public("bulk_act", row.id), **entry)
    return row.id


def _keep_before(session: Session, bulk_id: int, before: Mapping[int, Before]) -> None:
    for row in session.scalars(select(BulkOutcome).where(BulkOutcome.bulk_id == bulk_id)):
        row.before = dict(before[row.screen_id]) if row.screen_id in before else None


def _maintain(core: Core, actor: Actor, act: Act, screens: Sequence[int]) -> Done:
    plan = maintenance.Plan(
        from_ms=core.clock.now_ms() if act.from_ms is None else act.from_ms,
        until_ms=act.until_ms or 0,
        reason=act.reason,
        screen_ids=[public("screen", one) for one in screens],
    )
    row = maintenance.plan_maintenance(core, actor, plan)
    made = public("maintenance", row.id)
    with core.config.write() as session:
        number = _put(core, session, actor, act, screens, made)
    return Done(number, len(screens), maintenance=row)


def _excuse(core: Core, actor: Actor, act: Act, screens: Sequence[int]) -> Done:
    """Request an exemption for out-of-service screens, which a second person decides on."""
    request = exemptions.ExemptionRequest(
        selector={"screen_ids": [public("screen", one) for one in screens]},
        from_ms=act.from_ms or 0,
        until_ms=act.until_ms or 0,
        code="out_of_service",
        note=act.reason,
    )
    row = exemptions.ask(core, actor, request)
    made = public("exemption", row.id)
    with core.config.write() as session:
        number = _put(core, session, actor, act, screens, made)
    return Done(number, len(screens), exemption_id=row.id)
