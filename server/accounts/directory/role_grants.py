"""Validates requested roles against the permissions of the person who grants them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.accounts.actor import Actor, forbidden
from server.accounts.models import Unit, User, UserRole
from server.foundation.errors import Forbidden, existing
from server.foundation.i18n import Sentence
from server.foundation.public_ids import number

OWN_ROLES = Sentence(
    "不能修改自己的角色，请由其他管理员操作。",
    "Nobody changes his own roles: ask another administrator.",
)


@dataclass(frozen=True)
class RoleRequest:
    """A requested role over a unit; by default over the person's own unit."""

    role: str
    unit_id: str | None = None


def set_roles(session: Session, actor: Actor, user: User, requests: Iterable[RoleRequest]) -> None:
    """Replace a person's roles.

    Raises NotFound for a unit that the actor doesn't administer, Forbidden for his own roles.
    """
    has = {(row.role, row.unit_id): row for row in user.roles}
    requested = {}
    for request in requests:
        unit = user.unit if request.unit_id is None else _unit(session, request.unit_id)
        key = (request.role, unit.id)
        if key not in has:
            actor.require("accounts.manage", unit.path)
        requested[key] = has.get(key) or UserRole(role=request.role, unit_id=unit.id, unit=unit)
    if has.keys() == requested.keys():
        return
    if user.id == actor.user_id:
        raise Forbidden(OWN_ROLES, code="own_roles")
    user.roles = list(requested.values())


def require_authority(actor: Actor, user: User) -> None:
    """A person's permissions must be within the actor's, who could sign in as him.

    Raises Forbidden.
    """
    if user.id == actor.user_id:
        return
    if not all(actor.may("accounts.manage", row.unit.path) for row in user.roles):
        raise forbidden()


def _unit(session: Session, text: str) -> Unit:
    return existing(session.get(Unit, number("unit", text)))
