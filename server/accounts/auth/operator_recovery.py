"""Account recovery by an operator with access to the machine."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts import queries
from server.accounts.audit_log.record import record
from server.accounts.auth.passwords import check_rules, hash_password
from server.accounts.auth.second_factors.second_factor import forget
from server.accounts.auth.second_factors.second_factor_required import is_on
from server.accounts.auth.sessions import end_credentials, end_sessions
from server.accounts.models import User, UserRole
from server.accounts.roles import ROLES
from server.foundation.core import Core
from server.foundation.errors import AnpingError, Conflict, Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public

AT_THE_MACHINE: Final = "command line"
TAKEN: Final = Sentence("用户名已被使用，请更换。", "This user name is taken: choose another.")
NO_UNIT: Final = Sentence(
    "还没有责任单位，请先启动一次服务：python -m server.cli serve。",
    "There is no unit yet: start the server once, python -m server.cli serve.",
)


class Unknown(AnpingError):
    """Unknown user name; the operator may see the existing ones."""

    status = 404
    default_code = "unknown_user"

    def __init__(self, username: str, usernames: list[str]) -> None:
        names = ", ".join(usernames[:20]) or "–"
        super().__init__(
            Sentence(
                f"没有账号 {username}。现有账号：{names}。可用 create-user 新建。",
                f"there is no user {username}. There are: {names}. create-user makes a new one.",
            )
        )


@dataclass(frozen=True)
class Newcomer:
    """A new account in the root unit, with a role over it."""

    username: str
    password: str
    role: str
    name: str = ""


def reset_password(core: Core, username: str, password: str) -> bool:
    """Set a password and end all sessions and tokens; returns whether the account is disabled.

    Raises Unknown, Invalid.
    """
    check_rules(password, username)
    password_hash = hash_password(password)
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        user = _find(session, username)
        user.password_hash = password_hash
        end_credentials(session, user.id)
        subject = public("user", user.id)
        record(session, now_ms, None, "user.reset_password", subject, by=AT_THE_MACHINE)
        return user.disabled


def reset_second_factor(core: Core, username: str) -> bool:
    """Remove a person's second factor and end his sessions; returns whether there was one.

    Raises Unknown.
    """
    with core.config.write() as session:
        user = _find(session, username)
        had = is_on(session, user.id)
        forget(session, user.id)
        if had:
            end_sessions(session, user.id)
            subject = public("user", user.id)
            now_ms = core.clock.now_ms()
            record(session, now_ms, None, "second_factor.reset", subject, by=AT_THE_MACHINE)
        return had


def create_user(core: Core, newcomer: Newcomer) -> None:
    """Create an account. Raises Invalid, Conflict."""
    check_rules(newcomer.password, newcomer.username)
    if newcomer.role not in ROLES:
        roles = ", ".join(ROLES)
        raise Invalid(Sentence(f"角色须为 {roles} 之一。", f"The role must be one of {roles}."))
    password_hash = hash_password(newcomer.password)
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        unit = queries.root_unit(session)
        if unit is None:
            raise Conflict(NO_UNIT)
        if session.scalar(select(User.id).where(User.username == newcomer.username)) is not None:
            raise Conflict(TAKEN, code="username_taken")
        user = User(
            username=newcomer.username,
            password_hash=password_hash,
            name=newcomer.name,
            unit_id=unit.id,
            created_at=now_ms,
            roles=[UserRole(role=newcomer.role, unit_id=unit.id)],
        )
        session.add(user)
        session.flush()
        detail = {"username": user.username, "role": newcomer.role, "by": AT_THE_MACHINE}
        record(session, now_ms, None, "user.create", public("user", user.id), **detail)


def check_exists(core: Core, username: str) -> None:
    """Raises Unknown, before anybody types a password in vain."""
    with core.config.read() as session:
        _find(session, username)


def _find(session: Session, username: str) -> User:
    user = session.scalar(select(User).where(User.username == username))
    if user is None:
        raise Unknown(username, list(session.scalars(select(User.username).order_by(User.id))))
    return user
