"""The acting person: roles over units, and the resulting scope of rows."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_
from sqlalchemy.orm import InstrumentedAttribute

from server.accounts.roles import ROLES, Action, Role, roles_that_may
from server.foundation.errors import Forbidden, NotFound
from server.foundation.i18n import Sentence

NOT_YOURS = Sentence(
    "点位联系人只能处理自己制作的内容，其他内容请联系本单位宣传人员。",
    "A venue's contact changes what he made himself: ask your unit's publicity staff for the rest.",
)


@dataclass(frozen=True)
class Grant:
    """A role over a unit and those below it; `unit_path` is like `/1/4/`."""

    role: Role
    unit_path: str


def grants_of(held: Iterable[tuple[str | None, str | None]]) -> tuple[Grant, ...]:
    """Grants by the names of roles and the paths of their units; unknown roles grant nothing."""
    return tuple(Grant(role, path) for name, path in held if path for role in ROLES if role == name)


@dataclass(frozen=True)
class Actor:
    """A signed-in person in one request."""

    user_id: int
    username: str
    unit_id: int
    grants: tuple[Grant, ...]
    two_person: bool = True
    name: str = ""

    def roots(self, action: Action) -> tuple[str, ...]:
        """Paths of the units over which this person may do `action`."""
        roles = roles_that_may(action, two_person=self.two_person)
        return tuple(grant.unit_path for grant in self.grants if grant.role in roles)

    def may(self, action: Action, unit_path: str) -> bool:
        """Whether the person may do `action` on something of that unit."""
        return any(unit_path.startswith(root) for root in self.roots(action))

    def sees(self, unit_path: str) -> bool:
        """Whether something of that unit is in the person's scope at all."""
        return self.may("read", unit_path)

    def is_contact_only(self, action: Action, unit_path: str) -> bool:
        """Whether the permission there comes only from being the contact of some venues."""
        roles = roles_that_may(action, two_person=self.two_person) - {"venue"}
        return not any(
            grant.role in roles and unit_path.startswith(grant.unit_path) for grant in self.grants
        )

    def may_change(self, action: Action, unit_path: str, author_id: int | None) -> bool:
        """Whether the person may do it to an object that somebody of that unit created.

        A venue's contact may change objects of his own, not those of his unit.
        """
        own = author_id == self.user_id
        return self.may(action, unit_path) and (own or not self.is_contact_only(action, unit_path))

    def require_change(self, action: Action, unit_path: str, author_id: int | None) -> None:
        """As `require`; also raises Forbidden for a venue's contact on objects of others."""
        self.require(action, unit_path)
        if not self.may_change(action, unit_path, author_id):
            raise Forbidden(NOT_YOURS)

    def require(self, action: Action, unit_path: str) -> None:
        """Raise NotFound outside the person's scope, Forbidden without the permission."""
        if self.may(action, unit_path):
            return
        if self.sees(unit_path):
            raise forbidden()
        raise NotFound


def forbidden() -> Forbidden:
    """The one error for a missing permission."""
    return Forbidden(
        Sentence(
            "您的角色没有此项权限，请联系本单位管理员。",
            "Your role doesn't allow this: ask your unit's administrator.",
        )
    )


def within(path: InstrumentedAttribute[str], roots: Iterable[str]) -> ColumnElement[bool]:
    """SQL condition: the unit's path is below one of these roots; without roots, no rows."""
    return or_(false(), *(path.startswith(root, autoescape=True) for root in roots))
