"""Use cases of one's own account: sign in and out, profile, password, bearer tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.accounts.auth import login_tickets, passwords
from server.accounts.auth.login_throttle import Delays
from server.accounts.auth.one_time_secrets import PERSON_PREFIX, hashed, new_secret
from server.accounts.auth.passwords import LONGEST
from server.accounts.auth.second_factors import second_factor
from server.accounts.auth.second_factors.second_factor_required import is_on
from server.accounts.auth.sessions import (
    OpenedSession,
    close_session,
    end_credentials,
    open_within,
)
from server.accounts.models import ApiToken, User
from server.foundation.core import Core
from server.foundation.errors import Invalid, NotFound, Unauthorized
from server.foundation.i18n import Sentence
from server.foundation.ip_networks import network_of
from server.foundation.public_ids import number, public
from server.foundation.rest.preconditions import Check, unchecked

LONGEST_NAME = 60

log = structlog.get_logger(__name__)

FAILED = Sentence(
    "用户名或密码不正确，请重新输入；忘记密码请联系管理员。",
    "The user name or the password is wrong: try again, or ask an administrator for a new one.",
)
NEEDS_CODE = Sentence(
    "请输入手机验证器显示的 6 位验证码。", "Enter the 6 digits that your authenticator app shows."
)
WRONG_CODE = Sentence(
    "验证码不正确或已用过，请等下一个验证码再试。",
    "The code is wrong or was used: wait for the next one and try again.",
)
TOO_LATE = Sentence("等待时间过长，请重新登录。", "That took too long: sign in anew.")
WRONG_CURRENT = Sentence("当前密码不正确。", "The current password is wrong.")


@dataclass(frozen=True)
class Credentials:
    """Name, password and address of a sign-in."""

    username: str
    password: str
    address: str
    code: str = ""


class NeedsCode(Unauthorized):
    """The password was right, but a code is needed; `ticket` is sent with the code."""

    def __init__(self, ticket: str) -> None:
        super().__init__(NEEDS_CODE, code="second_factor_needed", ticket=ticket)
        self.ticket = ticket


@dataclass(frozen=True)
class MadeToken:
    """A bearer token's row, and its secret, which is shown once."""

    row: ApiToken
    token: str


def sign_in(core: Core, delays: Delays, typed: Credentials) -> OpenedSession:
    """Open a session. Raises Unauthorized, also for unknown people; TooMany after wrong attempts.

    Raises NeedsCode if a second factor is active and no code was sent.
    """
    if len(typed.username) > LONGEST_NAME or len(typed.password) > LONGEST:
        raise Unauthorized(FAILED, code="sign_in_failed")
    with passwords.places().taken(typed.address):
        user = _recognised(core, delays, typed)
    _check_second(core, delays, user, typed)
    renewed = None
    if passwords.is_outdated(user.password_hash):
        renewed = passwords.hash_password(typed.password)
    return _open(core, user, renewed, typed.address)


def sign_in_by_code(
    core: Core, delays: Delays, ticket: str, code: str, address: str
) -> OpenedSession:
    """The second step: open a session. Raises Unauthorized, TooMany after wrong codes."""
    with core.config.read() as session:
        user = login_tickets.person_of(core, session, ticket)
    if user is None:
        raise Unauthorized(TOO_LATE, code="sign_in_anew")
    if not second_factor.takes(core, delays, user, code):
        log.info("second_factor_rejected", username=user.username, address=address)
        raise Unauthorized(WRONG_CODE, code="wrong_code")
    return _open(core, user, None, address)


def sign_out(core: Core, actor: Actor, secret: str) -> None:
    """End the session on the server."""
    close_session(core, secret)
    with core.config.write() as session:
        record(
            session,
            core.clock.now_ms(),
            actor.user_id,
            "session.delete",
            public("user", actor.user_id),
        )


def update_profile(
    core: Core,
    delays: Delays,
    actor: Actor,
    changes: Mapping[str, Any],
    check: Check = unchecked,
) -> User:
    """Change one's own name, phone, language; a new password needs the current one.

    Raises Invalid, and TooMany after wrong passwords, so that a stolen session can't be used to
    guess.

    A new password ends all sessions and bearer tokens: open a new session with `open_again`.
    """
    plain = {name: changes[name] for name in ("name", "phone", "language") if name in changes}
    new_hash = _checked_password(core, delays, actor, changes) if "password" in changes else None
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        user = session.get_one(User, actor.user_id)
        check(user)
        for name, value in plain.items():
            setattr(user, name, value)
        if new_hash is not None:
            user.password_hash = new_hash
            end_credentials(session, user.id)
        subject = public("user", user.id)
        record(session, now_ms, user.id, "user.profile", subject, fields=sorted(changes))
    return user


def open_again(core: Core, actor: Actor) -> OpenedSession:
    """Open a new session for somebody who has just been authenticated."""
    with core.config.write() as session:
        return open_within(session, core.clock.now_ms(), actor.user_id)


def make_token(core: Core, actor: Actor, name: str, expires_at: int | None) -> MadeToken:
    """Create a bearer token with the person's permissions. Raises Invalid for a past expiry."""
    now_ms = core.clock.now_ms()
    if expires_at is not None and expires_at <= now_ms:
        detail = Sentence("有效期须晚于现在。", "The end must lie in the future.")
        raise Invalid.at("/expires_at", detail)
    secret = new_secret(PERSON_PREFIX)
    with core.config.write() as session:
        row = ApiToken(
            name=name,
            secret_hash=hashed(secret),
            user_id=actor.user_id,
            created_at=now_ms,
            expires_at=expires_at,
        )
        session.add(row)
        session.flush()
        record(session, now_ms, actor.user_id, "token.create", public("token", row.id), name=name)
    return MadeToken(row, secret)


def delete_token(core: Core, actor: Actor, text: str, check: Check = unchecked) -> None:
    """Revoke one of one's own tokens. Raises NotFound for others."""
    with core.config.write() as session:
        row = session.get(ApiToken, number("token", text))
        if row is None or row.user_id != actor.user_id:
            raise NotFound
        check(row)
        session.delete(row)
        record(session, core.clock.now_ms(), actor.user_id, "token.delete", text)


def tokens_of(actor: Actor) -> Select[ApiToken]:
    """The person's own tokens."""
    return select(ApiToken).where(ApiToken.user_id == actor.user_id)


def own_tokens(session: Session, actor: Actor) -> list[ApiToken]:
    """The person's own tokens, newest first."""
    return list(session.scalars(tokens_of(actor).order_by(ApiToken.id.desc())))


def _recognised(core: Core, delays: Delays, typed: Credentials) -> User:
    """The person with this name and password; the attempt counts as wrong until verified."""
    who = (typed.username, network_of(typed.address))
    delays.begin(who, core.clock.now_ms())
    with core.config.read() as session:
        user = session.scalar(select(User).where(User.username == typed.username))
    stored = user.password_hash if user is not None else None
    if not passwords.is_right(typed.password, stored) or user is None or user.disabled:
        log.info("sign_in_rejected", username=typed.username, address=typed.address)
        raise Unauthorized(FAILED, code="sign_in_failed")
    delays.succeed(who)
    return user


def _check_second(core: Core, delays: Delays, user: User, typed: Credentials) -> None:
    with core.config.read() as session:
        if not is_on(session, user.id):
            return
    if not typed.code:
        raise NeedsCode(login_tickets.ticket_of(core, user))
    if not second_factor.takes(core, delays, user, typed.code):
        log.info("second_factor_rejected", username=user.username, address=typed.address)
        raise Unauthorized(FAILED, code="sign_in_failed")


def _open(core: Core, user: User, renewed: str | None, address: str) -> OpenedSession:
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        if renewed is not None:
            session.get_one(User, user.id).password_hash = renewed
        subject = public("user", user.id)
        record(session, now_ms, user.id, "session.create", subject, address=address)
        return open_within(session, now_ms, user.id)


def _checked_password(core: Core, delays: Delays, actor: Actor, changes: Mapping[str, Any]) -> str:
    who = (f"current password of {actor.user_id}", "")
    delays.begin(who, core.clock.now_ms())
    with core.config.read() as session:
        stored = session.get_one(User, actor.user_id).password_hash
    if not passwords.is_right(changes.get("current_password") or "", stored):
        raise Invalid.at("/current_password", WRONG_CURRENT)
    delays.succeed(who)
    passwords.check_rules(changes["password"], actor.username)
    return passwords.hash_password(changes["password"])
