"""Use cases of planned maintenance (检修): display isn't owed while a screen is worked on.

It is planned ahead, by one person: what has already happened is excused by an exemption, on which
a second person decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, forbidden, within
from server.accounts.audit import record
from server.accounts.models import Unit
from server.accounts.roles import Action, roles_that_may
from server.campaigns.queries import home_unit, unit_path
from server.checks import Check, unchecked
from server.core import Core
from server.errors import Conflict, Fault, Forbidden, Invalid, NotFound, fault
from server.ids import number, public
from server.rest import iso
from server.screens import queries as screen_queries
from server.screens.models import Screen
from server.texts import Sentence
from server.uptime.models import MaintainedScreen, Maintenance
from server.venues import queries as venue_queries
from server.venues import scope
from server.venues.models import Venue

READ: Final[Action] = "reports.read"
WRITE: Final[Action] = "maintenance.write"
FEW: Final = 50
"""Up to here each screen is looked up on its own."""
LONGEST_MS: Final = 92 * 86_400_000
BACKWARDS: Final = Sentence("结束时间必须晚于开始时间。", "It must end after it begins.")
TOO_LONG: Final = Sentence("一次检修最长 92 天。", "Maintenance takes 92 days at most.")
PAST: Final = Sentence(
    "检修须提前登记；已经发生的请申请免考核，由第二人审批。",
    "Plan it ahead; for what has happened ask for an exemption, on which a second person decides.",
)
NO_SCREEN: Final = Sentence(
    "没有选中显示屏，请选择显示屏或有屏的点位。",
    "No screen is selected: choose screens, or venues that have some.",
)
UNKNOWN: Final = Sentence("没有找到。", "There is none.")
OVER: Final = Sentence("该检修已经结束。", "This maintenance is over.")


@dataclass(frozen=True)
class Plan:
    """What is planned: which screens (also all of some venues), when, why."""

    screen_ids: Sequence[str]
    venue_ids: Sequence[str]
    from_ms: int
    until_ms: int
    reason: str


def plan_maintenance(core: Core, actor: Actor, plan: Plan) -> Maintenance:
    """Plan it for the screens that these are now. Raises Invalid, Forbidden."""
    now_ms = core.clock.now_ms()
    _check_span(plan, now_ms)
    with core.config.write() as session:
        screens = _selected(session, actor, plan)
        row = Maintenance(
            unit_id=home_unit(session, actor, WRITE, None),
            author_id=actor.user_id,
            from_at=plan.from_ms,
            until_at=plan.until_ms,
            reason=plan.reason,
            created_at=now_ms,
        )
        session.add(row)
        session.flush()
        session.add_all(MaintainedScreen(maintenance_id=row.id, screen_id=one) for one in screens)
        subject, said = public("maintenance", row.id), {"screens": len(screens)}
        record(session, now_ms, actor.user_id, "maintenance.plan", subject, **said)
    return row


def end_maintenance(core: Core, actor: Actor, text: str, check: Check = unchecked) -> Maintenance:
    """Call it off, or end it now: it excuses nothing from now on. Raises Conflict, Forbidden."""
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        row = find(session, actor, WRITE, text)
        check(document(session, row, core.settings.zone))
        if row.until_at <= now_ms or row.ended_at is not None:
            raise Conflict(OVER)
        row.ended_at, row.until_at = now_ms, max(row.from_at, now_ms)
        record(session, now_ms, actor.user_id, "maintenance.end", text)
    return row


def find(session: Session, actor: Actor, action: Action, text: str) -> Maintenance:
    """The row behind a public id. Raises NotFound outside the scope, Forbidden by role."""
    row = session.scalar(in_scope(actor).where(Maintenance.id == number("maintenance", text)))
    if row is None:
        raise NotFound
    if action != READ and not actor.may(action, unit_path(session, row.unit_id)):
        raise forbidden()
    return row


def in_scope(actor: Actor) -> Select[Maintenance]:
    """All that the person sees: what his units planned, and what bears on a screen of his.

    A venue's people see nothing else of their unit.
    """
    wide = roles_that_may(READ, two_person=actor.two_person) - {"venue"}
    roots = [one.unit_path for one in actor.grants if one.role in wide]
    query = select(Maintenance).join(Unit, Maintenance.unit_id == Unit.id)
    return query.where(or_(within(Unit.path, roots), Maintenance.id.in_(_of_screens_of(actor))))


def _of_screens_of(actor: Actor) -> Select[int]:
    query = select(MaintainedScreen.maintenance_id)
    query = query.join(Screen, MaintainedScreen.screen_id == Screen.id)
    query = query.join(Venue, Screen.venue_id == Venue.id).join(Unit, Venue.unit_id == Unit.id)
    return query.where(scope.rows(actor, READ)).correlate(None)


def maintained(session: Session, from_ms: int, until_ms: int) -> Iterator[tuple[int, int, int]]:
    """Screen, begin and end of all maintenance that overlaps [from, until), ms."""
    query = (
        select(MaintainedScreen.screen_id, Maintenance.from_at, Maintenance.until_at)
        .join(Maintenance, MaintainedScreen.maintenance_id == Maintenance.id)
        .where(
            Maintenance.from_at < Maintenance.until_at,
            Maintenance.from_at < until_ms,
            Maintenance.until_at > from_ms,
        )
        .order_by(MaintainedScreen.screen_id, Maintenance.id)
    )
    for row in session.execute(query):
        yield row.screen_id, row.from_at, row.until_at


def document(session: Session, row: Maintenance, zone: tzinfo) -> dict[str, Any]:
    """As the API shows it."""
    among = MaintainedScreen.maintenance_id == row.id
    count = session.scalar(select(func.count()).select_from(MaintainedScreen).where(among))
    return {
        "id": public("maintenance", row.id),
        "unit_id": public("unit", row.unit_id),
        "author_id": public("user", row.author_id),
        "from": iso(row.from_at, zone),
        "until": iso(row.until_at, zone),
        "reason": row.reason,
        "screens": count or 0,
        "created_at": iso(row.created_at, zone),
        "ended_at": iso(row.ended_at, zone),
    }


def _check_span(plan: Plan, now_ms: int) -> None:
    if plan.from_ms < now_ms:
        raise Invalid(PAST, faults=[fault("/from", PAST)])
    if plan.until_ms <= plan.from_ms:
        raise Invalid(BACKWARDS, faults=[fault("/until", BACKWARDS)])
    if plan.until_ms - plan.from_ms > LONGEST_MS:
        raise Invalid(TOO_LONG, faults=[fault("/until", TOO_LONG)])


def _selected(session: Session, actor: Actor, plan: Plan) -> list[int]:
    """The screens' numbers. Raises Invalid for what isn't there or isn't his, and for none."""
    found: set[int] = set()
    faults: list[Fault] = []
    own = _own(session, actor) if len(plan.screen_ids) > FEW else {}
    for index, text in enumerate(plan.screen_ids):
        if text in own:
            found.add(own[text])
            continue
        try:
            found.add(screen_queries.find(session, actor, WRITE, text).id)
        except (NotFound, Forbidden) as refused:
            faults.append(_refusal(f"/screen_ids/{index}", refused))
    for index, text in enumerate(plan.venue_ids):
        try:
            venue = venue_queries.find(session, actor, WRITE, text)
        except (NotFound, Forbidden) as refused:
            faults.append(_refusal(f"/venue_ids/{index}", refused))
        else:
            in_venue = select(Screen.id).where(Screen.venue_id == venue.id)
            found.update(session.scalars(in_venue.where(Screen.retired_at.is_(None))))
    if not found and not faults:
        faults = [fault("/screen_ids", NO_SCREEN)]
    if faults:
        raise Invalid(faults[0].detail, faults=faults)
    return sorted(found)


def _own(session: Session, actor: Actor) -> Mapping[str, int]:
    """All screens that the person may plan it for, read at once, by public id."""
    query = screen_queries.in_scope(actor, WRITE).with_only_columns(Screen.id)
    return {public("screen", one): one for one in session.scalars(query)}


def _refusal(pointer: str, refused: NotFound | Forbidden) -> Fault:
    return fault(pointer, refused.detail if isinstance(refused, Forbidden) else UNKNOWN)
