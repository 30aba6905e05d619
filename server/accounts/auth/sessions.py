"""Sessions of browsers and bearer tokens of programs: open, recognize, close."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass

import structlog
from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, joinedload

from server.accounts.actor import Actor, grants_of
from server.accounts.auth.credential_owners import OF_SESSION, OF_TOKEN, owner_of
from server.accounts.auth.one_time_secrets import hashed, new_secret
from server.accounts.auth.second_factors.second_factor_required import must_have
from server.accounts.models import ApiToken, User, UserSession
from server.foundation.core import Core
from server.foundation.errors import Busy, StorageFull

ABSOLUTE_MS = 12 * 3_600_000
IDLE_MS = 30 * 60_000
# Resolution of the last-use time: a write per request would be too much.
SEEN_STEP_MS = 60_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class OpenedSession:
    """The secret for the cookie, and the CSRF token."""

    secret: str
    csrf_token: str


@dataclass(frozen=True)
class Recognised:
    """The person of a credential; `csrf_token` is None for a bearer token.

    `must_enrol`: a second factor must be set up first.
    """

    actor: Actor
    language: str | None
    csrf_token: str | None = None
    must_enrol: bool = False


def open_within(session: Session, now_ms: int, user_id: int) -> OpenedSession:
    """Open a session after the password was verified; deletes expired ones."""
    opened = OpenedSession(new_secret(), secrets.token_urlsafe(24))
    session.execute(
        delete(UserSession).where(
            (UserSession.created_at <= now_ms - ABSOLUTE_MS)
            | (UserSession.seen_at <= now_ms - IDLE_MS)
        )
    )
    session.add(
        UserSession(
            secret_hash=hashed(opened.secret),
            csrf_token=opened.csrf_token,
            user_id=user_id,
            created_at=now_ms,
            seen_at=now_ms,
        )
    )
    session.flush()
    return opened


def recognise_session(core: Core, secret: str) -> Recognised | None:
    """The person of a session cookie; None if the session has ended."""
    now_ms = core.clock.now_ms()
    owner = owner_of(core, OF_SESSION, hashed(secret))
    if owner is None or owner.disabled:
        return None
    session_id, csrf_token, created_ms, seen_ms = owner.credential
    if _has_ended(created_ms, seen_ms, now_ms):
        return None
    if now_ms - seen_ms >= SEEN_STEP_MS:
        _note_seen(core, session_id, now_ms)
    must_enrol = not owner.has_second_factor and must_have(core, owner.actor)
    return Recognised(owner.actor, owner.language, csrf_token, must_enrol=must_enrol)


def recognise_token(core: Core, secret: str) -> Recognised | None:
    """The person of a bearer token; None if it is unknown or expired."""
    owner = owner_of(core, OF_TOKEN, hashed(secret))
    if owner is None or owner.disabled:
        return None
    (expires_ms,) = owner.credential
    if expires_ms is not None and expires_ms <= core.clock.now_ms():
        return None
    return Recognised(owner.actor, owner.language)


def still_open(core: Core, secret_hashes: Collection[str]) -> dict[str, Actor]:
    """The open ones among these sessions, with their people; doesn't count as use."""
    now_ms = core.clock.now_ms()
    with core.config.read() as session:
        rows = session.execute(
            select(UserSession, User)
            .join(User, UserSession.user_id == User.id)
            .where(UserSession.secret_hash.in_(secret_hashes), User.disabled.is_(False))
            .options(joinedload(User.roles))
        ).unique()
        return {
            row.secret_hash: actor_of(core, user)
            for row, user in rows
            if not _has_ended(row.created_at, row.seen_at, now_ms)
        }


def close_session(core: Core, secret: str) -> None:
    """End a session on the server."""
    with core.config.write() as session:
        session.execute(delete(UserSession).where(UserSession.secret_hash == hashed(secret)))


def end_credentials(session: Session, user_id: int) -> None:
    """End all sessions and bearer tokens of a person, in the caller's transaction."""
    end_sessions(session, user_id)
    session.execute(delete(ApiToken).where(ApiToken.user_id == user_id))


def end_sessions(session: Session, user_id: int) -> None:
    """End all sessions of a person, in the caller's transaction; bearer tokens stay."""
    session.execute(delete(UserSession).where(UserSession.user_id == user_id))


def actor_of(core: Core, user: User) -> Actor:
    """The person with his current grants."""
    return Actor(
        user_id=user.id,
        username=user.username,
        unit_id=user.unit_id,
        grants=grants_of((held.role, held.unit.path) for held in user.roles),
        two_person=core.settings.two_person,
        name=user.name or "",
    )


def _has_ended(created_ms: int, seen_ms: int, now_ms: int) -> bool:
    return now_ms - created_ms >= ABSOLUTE_MS or now_ms - seen_ms >= IDLE_MS


def _note_seen(core: Core, session_id: int, now_ms: int) -> None:
    # A full disk or a long lock must not refuse a request that only updates the last use.
    try:
        with core.config.write() as session:
            row = session.get(UserSession, session_id)
            if row is not None:
                row.seen_at = now_ms
    except (Busy, StorageFull, OperationalError):
        log.warning("session_last_use_unwritten", session=session_id)
