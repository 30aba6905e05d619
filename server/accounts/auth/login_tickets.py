"""Tickets between the right password and the phone's code; valid for five minutes."""

from typing import Final

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from server.accounts.auth.one_time_secrets import hashed
from server.accounts.models import User
from server.foundation.core import Core
from server.foundation.crypto.secrets_file import secret_key

GOOD_FOR_MS: Final = 5 * 60_000
LONGEST: Final = 400


def ticket_of(core: Core, user: User) -> str:
    """A ticket for a person who has just entered the password."""
    return _signer(core).dumps([user.id, core.clock.now_ms(), _mark(user)])


def person_of(core: Core, session: Session, ticket: str) -> User | None:
    """The ticket's person; None if it is invalid or expired, or the password has changed since."""
    if len(ticket) > LONGEST:
        return None
    try:
        user_id, made_ms, mark = _signer(core).loads(ticket)
    except BadSignature:
        return None
    user = session.get(User, user_id)
    age_ms = core.clock.now_ms() - made_ms
    if user is None or user.disabled or mark != _mark(user) or age_ms >= GOOD_FOR_MS:
        return None
    return user


def _mark(user: User) -> str:
    return hashed(user.password_hash)[:16]


def _signer(core: Core) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key(core.settings), salt="sign-in, second step")
