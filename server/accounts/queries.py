"""Reads of units, people and the audit trail, always within a person's scope."""

from typing import Any, TypeVar, cast

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, within
from server.accounts.models import Unit, User
from server.accounts.roles import Action
from server.foundation.errors import existing
from server.foundation.public_ids import number

Owned = TypeVar("Owned")


def find_unit(session: Session, actor: Actor, action: Action, text: str) -> Unit:
    """The unit by public id. Raises NotFound outside the scope, Forbidden by role."""
    unit = existing(session.get(Unit, number("unit", text)))
    actor.require(action, unit.path)
    return unit


def find_owned(
    session: Session, actor: Actor, action: Action, model: type[Owned], kind: str, text: str
) -> Owned:
    """What a unit has, by its public id. Raises NotFound outside the scope, Forbidden by role."""
    row: Any = existing(session.get(model, number(kind, text)))
    actor.require(action, row.unit.path)
    return cast("Owned", row)


def owned_in_scope(actor: Actor, action: Action, model: type[Owned]) -> Select[Owned]:
    """All of a kind that units have over which the person may do `action`."""
    table: Any = model
    query = select(model).join(Unit, table.unit_id == Unit.id)
    return query.where(within(Unit.path, actor.roots(action)))


def find_user(session: Session, actor: Actor, text: str) -> User:
    """The person by public id. Raises NotFound outside the scope."""
    return find_owned(session, actor, "accounts.manage", User, "user", text)


def units_in_scope(actor: Actor, action: Action = "read") -> Select[Unit]:
    """All units over which the person may do `action`."""
    return select(Unit).where(within(Unit.path, actor.roots(action)))


def users_in_scope(actor: Actor) -> Select[User]:
    """All people whom the person administers."""
    return owned_in_scope(actor, "accounts.manage", User)


def root_unit(session: Session) -> Unit | None:
    """The root of the tree: the district."""
    return session.scalar(select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1))


def subtree(session: Session, unit: Unit) -> list[Unit]:
    """The unit and everything below it."""
    return list(session.scalars(select(Unit).where(within(Unit.path, (unit.path,)))))
