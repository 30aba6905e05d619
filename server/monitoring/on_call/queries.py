"""Queries of the on-call roster: shifts in scope, and approvers for a unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.models import User
from server.accounts.queries import find_owned, owned_in_scope
from server.accounts.roles import Action, roles_that_may
from server.foundation.core import Core
from server.foundation.pinyin import by_name
from server.monitoring.on_call.models import DutyShift
from server.monitoring.on_call.roster import Shift, current_duties

ACTION: Final[Action] = "incidents.acknowledge"
MOST_ASKED: Final = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """An approver; `until`: end of the shift (the district's clock), None if not on duty."""

    user_id: int
    name: str
    phone: str
    unit: str
    until: datetime | None

    @property
    def on_duty(self) -> bool:
        """Whether the person is on duty now."""
        return self.until is not None


def find(session: Session, actor: Actor, text: str) -> DutyShift:
    """The shift behind a public id. Raises NotFound outside the scope, Forbidden by role."""
    return find_owned(session, actor, ACTION, DutyShift, "duty_shift", text)


def in_scope(actor: Actor) -> Select[DutyShift]:
    """The shifts of units in the person's scope."""
    return owned_in_scope(actor, ACTION, DutyShift)


def as_shift(row: DutyShift) -> Shift:
    """A row as the roster's rules take it."""
    return Shift(row.unit_id, row.user_id, row.days, row.day, row.begins, row.ends)


def signers(session: Session, unit_path: str, *, two_person: bool) -> list[User]:
    """Everybody who may sign off for a unit, sorted by name."""
    roles = roles_that_may("sign_off", two_person=two_person)
    found = session.scalars(select(User).where(~User.disabled).order_by(User.id))
    people = sorted(found, key=lambda one: by_name(one.name or one.username))
    return [
        one
        for one in people
        if any(role.role in roles and unit_path.startswith(role.unit.path) for role in one.roles)
    ]


def asked(core: Core, session: Session, unit_path: str, but: int) -> list[Asked]:
    """The approvers for a unit's request by `but`: those on duty.

    If nobody is, everybody who may sign off, at most `MOST_ASKED`. `but` is only included where one
    person is enough.
    """
    settings, now_ms = core.settings, core.clock.now_ms()
    may = {one.id: one for one in signers(session, unit_path, two_person=settings.two_person)}
    if settings.two_person:
        may.pop(but, None)
    duty = [one for one in on_duty(session, unit_path, now_ms, settings.zone) if one.user_id in may]
    return duty or [_asked(one, None) for one in [*may.values()][:MOST_ASKED]]


def on_duty(session: Session, unit_path: str, now_ms: int, zone: ZoneInfo) -> list[Asked]:
    """Those on duty for a unit, the unit's own before those of units above."""
    rows = over(session, unit_path)
    paths = {row.unit_id: row.unit.path for row in rows}
    people = {row.user_id: row.user for row in rows}
    found = current_duties(map(as_shift, rows), now_ms, zone)
    found.sort(key=lambda one: -len(paths[one.unit_id]))
    once = {one.user_id: one for one in reversed(found)}
    return [
        _asked(people[one.user_id], one.until)
        for one in sorted(once.values(), key=found.index)
        if not people[one.user_id].disabled
    ]


def over(session: Session, unit_path: str) -> list[DutyShift]:
    """The shifts of a unit and of the units above it, by number."""
    rows = session.scalars(select(DutyShift).order_by(DutyShift.id))
    return [row for row in rows if unit_path.startswith(row.unit.path)]


def choices(session: Session, actor: Actor, *, two_person: bool) -> Sequence[User]:
    """People whom the person may put on the roster: with sign-off in his scope."""
    roots = actor.roots(ACTION)
    roles = roles_that_may("sign_off", two_person=two_person)
    people = session.scalars(select(User).where(~User.disabled).order_by(User.id))
    return [
        one
        for one in people
        if any(role.role in roles and _touches(role.unit.path, roots) for role in one.roles)
    ]


def _touches(path: str, roots: Sequence[str]) -> bool:
    return any(path.startswith(root) or root.startswith(path) for root in roots)


def _asked(user: User, until: datetime | None) -> Asked:
    return Asked(user.id, user.name or user.username, user.phone, user.unit.name, until)
