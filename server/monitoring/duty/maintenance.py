"""Use cases of planned maintenance (检修), an SLA exclusion while a screen is worked on.

One person plans it ahead; past time can only be excused by an exemption, which a second person
approves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from server.accounts import queries as account_queries
from server.accounts.actor import Actor, forbidden, within
from server.accounts.audit_log.record import record
from server.accounts.models import Unit
from server.accounts.roles import Action, roles_that_may
from server.campaigns.queries import home_unit, unit_path
from server.foundation.core import Core
from server.foundation.errors import Conflict, Fault, Forbidden, Invalid, NotFound, existing
from server.foundation.i18n import Sentence
from server.foundation.public_ids import number, public
from server.foundation.rest.preconditions import Check, unchecked
from server.foundation.rest.resources import iso
from server.inventory.screens import queries as screen_queries
from server.inventory.screens.bulk import among, refusal
from server.inventory.screens.models import Screen
from server.inventory.venues import access
from server.inventory.venues import queries as venue_queries
from server.inventory.venues.models import Venue
from server.monitoring.duty.models import MaintainedScreen, Maintenance

READ: Final[Action] = "reports.read"
WRITE: Final[Action] = "maintenance.write"
LONGEST_MS: Final = 92 * 86_400_000
BACKWARDS: Final = Sentence("结束时间必须晚于开始时间。", "It must end after it begins.")
TOO_LONG: Final = Sentence("一次检修最长 92 天。", "Maintenance takes 92 days at most.")
PAST: Final = Sentence(
    "检修须提前登记；已经发生的请申请免考核，由另一人审批。",
    "Plan it ahead; for what has happened ask for an exemption, on which a second person decides.",
)
NO_SCREEN: Final = Sentence(
    "没有选中显示屏，请选择显示屏或有屏的点位。",
    "No screen is selected: choose screens, or venues that have some.",
)
NOT_YOURS: Final = Sentence(
    "其中有您不负责的显示屏，请由登记人或其责任单位结束。",
    "It is for screens that aren't yours too: who planned it, or their unit, ends it.",
)
OVER: Final = Sentence("该检修已经结束。", "This maintenance is over.")


@dataclass(frozen=True)
class Plan:
    """A plan: time, reason and screens.

    Venues include all their screens; lines and units all below them that the person may plan for.
    """

    from_ms: int
    until_ms: int
    reason: str
    screen_ids: Sequence[str] = ()
    venue_ids: Sequence[str] = ()
    line_ids: Sequence[str] = ()
    unit_ids: Sequence[str] = ()


def plan_maintenance(core: Core, actor: Actor, plan: Plan) -> Maintenance:
    """Plan maintenance for the screens currently selected. Raises Invalid, Forbidden."""
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
        subject, detail = public("maintenance", row.id), {"screens": len(screens)}
        record(session, now_ms, actor.user_id, "maintenance.plan", subject, **detail)
    return row


def end_maintenance(core: Core, actor: Actor, text: str, check: Check = unchecked) -> Maintenance:
    """Cancel it, or end it now. Raises Conflict, Forbidden."""
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        row = find(session, actor, WRITE, text)
        check(document(session, row, core.settings.zone))
        if not may_end(session, actor, row):
            raise Forbidden(NOT_YOURS)
        if row.until_at <= now_ms or row.ended_at is not None:
            raise Conflict(OVER)
        row.ended_at, row.until_at = now_ms, max(row.from_at, now_ms)
        record(session, now_ms, actor.user_id, "maintenance.end", text)
    return row


def may_end(session: Session, actor: Actor, row: Maintenance) -> bool:
    """Whether the person owns it, or could have planned it for all of its screens."""
    if not actor.may(WRITE, unit_path(session, row.unit_id)):
        return False
    if row.author_id == actor.user_id:
        return True
    others = (
        screens_of(row.id).join(Venue).join(Unit, Venue.unit_id == Unit.id)
    ).where(~access.rows(actor, WRITE))  # fmt: skip
    return session.scalar(others.limit(1)) is None


def screens_of(maintenance: int) -> Select[Screen]:
    """The screens of a maintenance."""
    among = select(MaintainedScreen.screen_id).where(MaintainedScreen.maintenance_id == maintenance)
    return select(Screen).where(Screen.id.in_(among))


def of_screen(screen: int) -> ColumnElement[bool]:
    """SQL condition: the maintenance includes a screen."""
    among = select(MaintainedScreen.maintenance_id).where(MaintainedScreen.screen_id == screen)
    return Maintenance.id.in_(among)


def current_of(core: Core, session: Session, actor: Actor, screen: int) -> list[dict[str, Any]]:
    """Planned and running maintenance of a screen that the person may see, next first.

    `opens`: whether the person may see all of it, since another unit may have planned it.
    """
    current = in_state("current", core.clock.now_ms())
    query = select(Maintenance).where(of_screen(screen), current)
    rows = session.scalars(query.order_by(Maintenance.from_at)).all()
    return [
        {
            **document(session, row, core.settings.zone),
            "opens": actor.may("reports.read", unit_path(session, row.unit_id)),
        }
        for row in rows
    ]


def in_state(state: str, now_ms: int) -> ColumnElement[bool]:
    """SQL condition: maintenance that is `current` (planned or running), or `over`."""
    # Maintenance cancelled before its begin has `until_at` equal to `from_at`.
    current = and_(Maintenance.until_at > now_ms, Maintenance.from_at < Maintenance.until_at)
    return current if state == "current" else not_(current)


def find(session: Session, actor: Actor, action: Action, text: str) -> Maintenance:
    """The row behind a public id. Raises NotFound outside the scope, Forbidden by role."""
    row = existing(
        session.scalar(in_scope(actor).where(Maintenance.id == number("maintenance", text)))
    )
    if action != READ and not actor.may(action, unit_path(session, row.unit_id)):
        raise forbidden()
    return row


def in_scope(actor: Actor) -> Select[Maintenance]:
    """Maintenance that the person may see: planned by his units, or for a screen of his.

    Venue staff see only those for their own screens.
    """
    wide = roles_that_may(READ, two_person=actor.two_person) - {"venue"}
    roots = [one.unit_path for one in actor.grants if one.role in wide]
    query = select(Maintenance).join(Unit, Maintenance.unit_id == Unit.id)
    return query.where(or_(within(Unit.path, roots), Maintenance.id.in_(_of_screens_of(actor))))


def _of_screens_of(actor: Actor) -> Select[int]:
    query = select(MaintainedScreen.maintenance_id)
    query = query.join(Screen, MaintainedScreen.screen_id == Screen.id)
    query = query.join(Venue, Screen.venue_id == Venue.id).join(Unit, Venue.unit_id == Unit.id)
    return query.where(access.rows(actor, READ)).correlate(None)


def maintained(session: Session, from_ms: int, until_ms: int) -> Iterator[tuple[int, int, int]]:
    """Screen, begin and end (ms) of all maintenance that overlaps [from_ms, until_ms)."""
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
    """A maintenance in the API's form."""
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
        raise Invalid.at("/from", PAST)
    if plan.until_ms <= plan.from_ms:
        raise Invalid.at("/until", BACKWARDS)
    if plan.until_ms - plan.from_ms > LONGEST_MS:
        raise Invalid.at("/until", TOO_LONG)


def _selected(session: Session, actor: Actor, plan: Plan) -> list[int]:
    """Row numbers of the selected screens.

    Raises Invalid for missing or foreign ones, and for an empty selection.
    """
    found, faults = among(session, actor, WRITE, plan.screen_ids)
    for name, texts, which in (
        ("venue_ids", plan.venue_ids, _of_venue),
        ("line_ids", plan.line_ids, _of_line),
        ("unit_ids", plan.unit_ids, _of_unit),
    ):
        for index, text in enumerate(texts):
            try:
                wanted = which(session, actor, text)
            except (NotFound, Forbidden) as refused:
                faults.append(refusal(f"/{name}/{index}", refused))
            else:
                found |= _mine(session, actor, and_(wanted, Screen.retired_at.is_(None)))
    if not found and not faults:
        faults = [Fault("/screen_ids", NO_SCREEN)]
    if faults:
        raise Invalid(faults[0].detail, faults=faults)
    return sorted(found)


def _mine(session: Session, actor: Actor, wanted: ColumnElement[bool]) -> set[int]:
    query = screen_queries.in_scope(actor, WRITE).where(wanted)
    return set(session.scalars(query.with_only_columns(Screen.id)))


def _of_venue(session: Session, actor: Actor, text: str) -> ColumnElement[bool]:
    venue = venue_queries.find(session, actor, WRITE, text)
    return Screen.venue_id == venue.id


def _of_line(session: Session, actor: Actor, text: str) -> ColumnElement[bool]:
    line = venue_queries.find_line(session, actor, WRITE, text)
    return Venue.line_id == line.id


def _of_unit(session: Session, actor: Actor, text: str) -> ColumnElement[bool]:
    unit = account_queries.find_unit(session, actor, WRITE, text)
    return within(Unit.path, (unit.path,))
