"""Credentials of players: a bearer token, and a cookie limited to files."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.accounts.auth.one_time_secrets import hashed, new_secret
from server.foundation.core import Core
from server.foundation.db import plain_rows
from server.foundation.errors import Unauthorized
from server.foundation.i18n import Sentence
from server.inventory.screens.models import Screen, ScreenToken

SCREEN_PREFIX = "ans_"
UNKNOWN = Sentence(
    "终端凭证无效，请重新绑定显示屏。", "The player's token is not valid: pair the screen again."
)
REVOKED = Sentence(
    "该显示屏的凭证已被吊销，如需继续使用请重新绑定。",
    "This screen's credentials were revoked: pair it again to go on.",
)
MOVED = Sentence(
    "这台终端已改派给另一块显示屏，请用批量接入码或绑定码重新接入。",
    "This player was given to another screen: enrol it again by its key or by a code.",
)

# As text: five thousand reconnect within seconds, and building the query costs three times its
# execution.
_FOUND = (
    "SELECT t.screen_id, t.revoked_at, t.moved_to, s.venue_id FROM screen_tokens t"
    " JOIN screens s ON s.id = t.screen_id WHERE "
)
_ISSUED = (
    "INSERT INTO screen_tokens (screen_id, secret_hash, files_hash, created_at) VALUES (?, ?, ?, ?)"
)
_BY_TOKEN = _FOUND + "t.secret_hash = ?"
_BY_FILES = _FOUND + "t.files_hash = ?"


@dataclass(frozen=True)
class ScreenIdentity:
    """The screen behind a credential."""

    screen_id: int
    venue_id: int


@dataclass(frozen=True)
class IssuedToken:
    """The secrets of a player, shown once."""

    screen_id: int
    token: str
    files_secret: str


def authenticate(core: Core, token: str) -> ScreenIdentity:
    """The screen of a bearer token. Raises Unauthorized: `unauthorized`, `revoked` or `moved`."""
    return _authenticate(core, _BY_TOKEN, token)


def authenticate_files(core: Core, secret: str) -> ScreenIdentity:
    """The screen of a files cookie, which is limited to files. Raises Unauthorized likewise."""
    return _authenticate(core, _BY_FILES, secret)


def issue_token(session: Session, now_ms: int, screen: Screen) -> IssuedToken:
    """Issue the only valid credentials of a screen, in the caller's transaction."""
    void_tokens(session, now_ms, screen.id)
    return issue_first_token(session, now_ms, screen.id)


def issue_first_token(session: Session, now_ms: int, screen_id: int) -> IssuedToken:
    """As `issue_token`, for a screen that was just created."""
    issued = IssuedToken(screen_id, new_secret(SCREEN_PREFIX), new_secret())
    hashes = hashed(issued.token), hashed(issued.files_secret)
    plain_rows.run_many(session, _ISSUED, [(screen_id, *hashes, now_ms)])
    return issued


def void_tokens(session: Session, now_ms: int, screen_id: int, moved_to: int | None = None) -> None:
    """Void all credentials of the screen, in the caller's transaction.

    With `moved_to` its box gets the code `moved`: it belongs to another screen and may enrol again.
    """
    session.execute(
        update(ScreenToken)
        .where(ScreenToken.screen_id == screen_id, ScreenToken.revoked_at.is_(None))
        .values(revoked_at=now_ms, moved_to=moved_to)
    )


def call_back(session: Session, screen_id: int, moved_to: int) -> None:
    """Let the box of a revoked screen, its last one, know that it may enrol again."""
    query = select(ScreenToken).where(ScreenToken.screen_id == screen_id)
    last = session.scalar(query.order_by(ScreenToken.id.desc()).limit(1))
    if last is not None:
        last.moved_to = moved_to


def _authenticate(core: Core, query: str, secret: str) -> ScreenIdentity:
    row = core.config.first(query, hashed(secret))
    if row is None:
        raise Unauthorized(UNKNOWN)
    screen_id, revoked_at, moved_to, venue_id = row
    if moved_to is not None:
        raise Unauthorized(MOVED, code="moved")
    if revoked_at is not None:
        raise Unauthorized(REVOKED, code="revoked")
    return ScreenIdentity(screen_id, venue_id)
