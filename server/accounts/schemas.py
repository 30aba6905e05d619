"""What `/session`, `/me`, `/tokens`, `/units`, `/users` and `/audit` answer."""

from typing import Any

from server.accounts.roles import Role
from server.foundation.rest.responses import Answered, Instant


class Opened(Answered):
    """A session was opened: send `csrf_token` as X-CSRF-Token with every change."""

    csrf_token: str


class RoleHeld(Answered):
    """A role with authority over a unit and what is below it."""

    role: Role
    unit_id: str


class User(Answered):
    """A person with an account."""

    id: str
    username: str
    name: str
    phone: str
    unit_id: str
    roles: list[RoleHeld]
    language: str | None
    disabled: bool
    created_at: Instant


class Session(Answered):
    """Who is signed in; `csrf_token` is null for a bearer token."""

    csrf_token: str | None
    user: User


class Token(Answered):
    """A bearer token, without the token itself."""

    id: str
    name: str
    created_at: Instant
    expires_at: Instant | None


class SecondFactor(Answered):
    """One's own second factor; `required`: nothing else is answered before it is on."""

    on: bool
    since: Instant | None
    recovery_codes_left: int
    required: bool


class BegunFactor(Answered):
    """A secret for an authenticator app; `address` is what its QR code says."""

    secret: str
    address: str


class RecoveryCodes(Answered):
    """Each gets its person in once: only this answer shows them."""

    recovery_codes: list[str]


class MadeToken(Token):
    """The token itself: only this answer shows it."""

    token: str


class Unit(Answered):
    """A unit of the tree; the root has no parent."""

    id: str
    name: str
    parent_id: str | None
    code: str | None
    leader: str
    contact: str


class AuditEntry(Answered):
    """Who changed what; without a person it was the server."""

    number: int
    at: Instant
    user_id: str | None
    username: str | None
    action: str
    object: str
    detail: dict[str, Any]
    hash: str
