"""Reads of spot checks, always within a person's scope."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.accounts.roles import Action
from server.foundation.errors import existing
from server.foundation.public_ids import number
from server.inventory.venues import access
from server.inventory.venues.access import Place
from server.inventory.venues.models import Venue
from server.reporting.spot_checks.models import SpotCheck, SpotPicture
from server.reporting.spot_checks.statistic.counting_rules import counted, counts_as

READ: Action = "reports.read"
# A photo that comes later than this proves nothing any more.
LATE_MS = 24 * 3_600_000


@dataclass(frozen=True)
class Wanted:
    """The filters of a list; `status` is how a check counts, or why it has no answer.

    Asked in [since_ms, until_ms); `counted` or not in the statistic.
    """

    status: str | None = None
    why: str | None = None
    kind: str | None = None
    screen: int | None = None
    counted: bool | None = None
    since_ms: int | None = None
    until_ms: int | None = None


def find(session: Session, actor: Actor, action: Action, text: str) -> SpotCheck:
    """The check behind a public id. Raises NotFound outside the scope, Forbidden by role."""
    row = existing(session.get(SpotCheck, number("spot_check", text)))
    access.require(actor, action, _place(session, row), READ)
    return row


def in_scope(actor: Actor, action: Action = READ) -> Select[SpotCheck]:
    """All checks on which the person may do `action`, with Venue and Unit of their moment."""
    return (
        select(SpotCheck)
        .join(Venue, SpotCheck.venue_id == Venue.id)
        .join(Unit, SpotCheck.unit_id == Unit.id)
        .where(access.rows(actor, action))
    )


def in_statistic(
    session: Session, actor: Actor, check_ids: Collection[int], now_ms: int
) -> set[int]:
    """Those of some checks that count in the person's statistic."""
    query = select(SpotCheck.id).where(SpotCheck.id.in_(check_ids))
    return set(session.scalars(query.where(counted(actor.roots(READ), now_ms))))


def listed(actor: Actor, wanted: Wanted, now_ms: int) -> Select[SpotCheck]:
    """The same, narrowed."""
    row, filters = SpotCheck, wanted
    narrowing = (
        (filters.status, lambda name: has_status(name, now_ms)),
        (filters.why, lambda why: row.why == why),
        (filters.kind, lambda kind: row.kind == kind),
        (filters.screen, lambda screen: row.screen_id == screen),
        (filters.counted, lambda value: counted(actor.roots(READ), now_ms) == value),
        (filters.since_ms, lambda since_ms: row.asked_at >= since_ms),
        (filters.until_ms, lambda until_ms: row.asked_at < until_ms),
    )
    return in_scope(actor).where(*(test(value) for value, test in narrowing if value is not None))


def has_status(name: str, now_ms: int) -> ColumnElement[bool]:
    """SQL condition for the status of a check: how it counts, or why it has no answer."""
    row = SpotCheck
    if name == "asked":
        return and_(row.state == "asked", row.due_at > now_ms)
    if name == "no_answer":
        overdue = and_(row.state == "asked", row.due_at <= now_ms)
        return or_(row.state == "no_answer", overdue)
    if name == "offline":
        return row.state == "offline"
    return counts_as(now_ms) == name


def to_judge(actor: Actor) -> Select[SpotCheck]:
    """Checks that wait for the person's verdict, the oldest first."""
    query = in_scope(actor, "spot_checks.judge")
    waiting = (SpotCheck.state == "answered", SpotCheck.verdict.is_(None))
    return query.where(*waiting).order_by(SpotCheck.id)


def to_photograph(actor: Actor, now_ms: int) -> Select[SpotCheck]:
    """Checks for which the person may still take a photo, the most urgent first."""
    query = in_scope(actor, "spot_checks.photo")
    return query.where(
        SpotCheck.kind == "photo",
        SpotCheck.state.in_(("asked", "no_answer")),
        SpotCheck.asked_at > now_ms - LATE_MS,
    ).order_by(SpotCheck.due_at, SpotCheck.id)


def _place(session: Session, row: SpotCheck) -> Place:
    """The place of a check for access rules: the one where it was drawn."""
    unit = session.get_one(Unit, row.unit_id)
    return replace(access.place_of(session.get_one(Venue, row.venue_id)), unit_path=unit.path)


def picture(session: Session, check_id: int, kind: str) -> bytes | None:
    """A check's picture, None if there is none (any more)."""
    row = session.get(SpotPicture, (check_id, kind))
    return row.content if row is not None else None


def with_pictures(session: Session, check_ids: Collection[int]) -> set[tuple[int, str]]:
    """The kinds of pictures of some checks."""
    query = select(SpotPicture.check_id, SpotPicture.kind)
    rows = session.execute(query.where(SpotPicture.check_id.in_(check_ids)))
    return {(check_id, kind) for check_id, kind in rows}
