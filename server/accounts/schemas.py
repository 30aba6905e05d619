"""Answers of `/session`, `/me`, `/tokens`, `/units`, `/users` and `/audit`."""

from typing import Annotated, Any

from server.accounts.roles import Role
from server.foundation.rest.responses import Answered, Instant, PublicId, UnitId, UserId


class Opened(Answered):
    """An opened session: send `csrf_token` as X-CSRF-Token with every change."""

    csrf_token: str


class RoleHeld(Answered):
    """A role over a unit and those below it."""

    role: Role
    unit_id: UnitId


class User(Answered):
    """A person with an account."""

    id: UserId
    username: str
    name: str
    phone: str
    unit_id: UnitId
    roles: list[RoleHeld]
    language: str | None
    disabled: bool
    created_at: Instant


class MadeUser(User):
    """A new person; `password`: the one that the server chose, only in this answer, else null."""

    password: str | None


class Session(Answered):
    """The signed-in person; `csrf_token` is null for a bearer token."""

    csrf_token: str | None
    user: User


class Token(Answered):
    """A bearer token, without the token itself."""

    id: Annotated[str, PublicId("token")]
    name: str
    created_at: Instant
    expires_at: Instant | None


class SecondFactor(Answered):
    """One's own second factor; `required`: no other request is served before it is active."""

    on: bool
    since: Instant | None
    recovery_codes_left: int
    required: bool


class BegunFactor(Answered):
    """A secret for an authenticator app; `address` is the content of its QR code."""

    secret: str
    address: str


class RecoveryCodes(Answered):
    """Each is valid once; only this answer contains them."""

    recovery_codes: list[str]


class MadeToken(Token):
    """The token itself, only in this answer."""

    token: str


class Unit(Answered):
    """A unit of the tree; the root has no parent."""

    id: UnitId
    name: str
    parent_id: UnitId | None
    code: str | None
    leader: str
    contact: str


class AuditEntry(Answered):
    """A change and its author; without a person it was the server."""

    number: int
    at: Instant
    user_id: UserId | None
    username: str | None
    action: str
    object: str
    detail: dict[str, Any]
    hash: str
