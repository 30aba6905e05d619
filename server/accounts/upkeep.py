"""What the operator may do at the machine itself, without an account: see `server.cli`."""

from sqlalchemy import select

from server.accounts import queries
from server.accounts.audit import record
from server.accounts.models import User, UserRole
from server.accounts.passwords import check_rules, hash_password, new_password
from server.accounts.roles import Role
from server.accounts.sessions import end_credentials
from server.core import Core
from server.errors import Conflict, NotFound
from server.ids import public
from server.texts import Sentence


def create_user(core: Core, username: str, role: Role, password: str | None = None) -> str:
    """Make an account with a role over the district. Returns its password."""
    chosen = password or new_password()
    check_rules(chosen, username)
    password_hash = hash_password(chosen)
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        unit = queries.root_unit(session)
        if unit is None:
            detail = Sentence("请先启动一次服务。", "Start the server once before.")
            raise Conflict(detail, code="not_set_up")
        if session.scalar(select(User.id).where(User.username == username)) is not None:
            detail = Sentence("用户名已被使用。", "This user name is taken.")
            raise Conflict(detail, code="username_taken")
        user = User(
            username=username,
            password_hash=password_hash,
            unit_id=unit.id,
            created_at=now_ms,
            roles=[UserRole(role=role, unit_id=unit.id)],
        )
        session.add(user)
        session.flush()
        record(session, now_ms, None, "user.create", public("user", user.id), username=username)
    return chosen


def reset_password(core: Core, username: str, password: str | None = None) -> str:
    """Give an account a new password, enable it, end its sessions. Returns it. Raises NotFound."""
    chosen = password or new_password()
    check_rules(chosen, username)
    password_hash = hash_password(chosen)
    with core.config.write() as session:
        user = session.scalar(select(User).where(User.username == username))
        if user is None:
            raise NotFound
        user.password_hash, user.disabled = password_hash, False
        end_credentials(session, user.id)
        subject = public("user", user.id)
        record(session, core.clock.now_ms(), None, "user.password", subject)
    return chosen
