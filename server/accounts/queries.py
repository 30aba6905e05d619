"""Reads of units, people and the audit trail, always within a person's scope."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, within
from server.accounts.models import Unit, User
from server.accounts.roles import Action
from server.foundation.errors import NotFound
from server.foundation.public_ids import number


def find_unit(session: Session, actor: Actor, action: Action, text: str) -> Unit:
    """The unit by public id. Raises NotFound outside the scope, Forbidden by role."""
    unit = session.get(Unit, number("unit", text))
    if unit is None:
        raise NotFound
    actor.require(action, unit.path)
    return unit


def find_user(session: Session, actor: Actor, text: str) -> User:
    """The person by public id. Raises NotFound outside the scope."""
    user = session.get(User, number("user", text))
    if user is None:
        raise NotFound
    actor.require("accounts.manage", user.unit.path)
    return user


def units_in_scope(actor: Actor, action: Action = "read") -> Select[Unit]:
    """All units over which the person may do `action`."""
    return select(Unit).where(within(Unit.path, actor.roots(action)))


def users_in_scope(actor: Actor) -> Select[User]:
    """All people whom the person administers."""
    return (
        select(User)
        .join(Unit, User.unit_id == Unit.id)
        .where(within(Unit.path, actor.roots("accounts.manage")))
    )


def root_unit(session: Session) -> Unit | None:
    """The root of the tree: the district."""
    return session.scalar(select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1))


def subtree(session: Session, unit: Unit) -> list[Unit]:
    """The unit and everything below it."""
    return list(session.scalars(select(Unit).where(within(Unit.path, (unit.path,)))))
