"""Use cases of other people's accounts, within the administrator's units."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.accounts import queries
from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.accounts.auth.passwords import check_rules, hash_password
from server.accounts.auth.sessions import end_credentials
from server.accounts.directory.role_grants import RoleRequest, require_authority, set_roles
from server.accounts.models import User
from server.foundation.core import Core
from server.foundation.errors import Conflict, Forbidden
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.preconditions import Check, unchecked

NAME_TAKEN = Sentence("用户名已被使用，请更换。", "This user name is taken: choose another.")
IN_USE = Sentence(
    "该人员已有操作记录，不能删除，请改为停用（disabled）。",
    "This person has left records and can't be deleted: set `disabled` instead.",
)
OWN_PASSWORD = Sentence(
    "修改自己的密码请在个人资料（/me）中进行，并提供当前密码。",
    "Change your own password in your profile (/me), giving the current one.",
)
ONESELF = Sentence("不能停用或删除自己的账号。", "Nobody disables or deletes his own account.")

# Fields that may be changed for a person with more permissions than the administrator.
HARMLESS = frozenset({"name", "phone", "language"})


@dataclass(frozen=True)
class UserDraft:
    """A person as entered; the unit is one of the administrator's own by default."""

    username: str
    password: str
    name: str = ""
    phone: str = ""
    unit_id: str | None = None
    roles: tuple[RoleRequest, ...] = ()
    language: str | None = None


def create_user(core: Core, actor: Actor, draft: UserDraft) -> User:
    """Create an account. Raises NotFound for foreign units, Invalid, Conflict for a name in use."""
    now_ms = core.clock.now_ms()
    check_rules(draft.password, draft.username)
    password_hash = hash_password(draft.password)
    with core.config.write() as session:
        unit_id = draft.unit_id or public("unit", actor.unit_id)
        unit = queries.find_unit(session, actor, "accounts.manage", unit_id)
        _check_username(session, draft.username, None)
        user = User(
            username=draft.username,
            password_hash=password_hash,
            name=draft.name,
            phone=draft.phone,
            unit_id=unit.id,
            unit=unit,
            language=draft.language,
            disabled=False,
            created_at=now_ms,
        )
        session.add(user)
        set_roles(session, actor, user, draft.roles)
        session.flush()
        subject = public("user", user.id)
        detail = {"username": user.username, "roles": _role_pairs(user)}
        record(session, now_ms, actor.user_id, "user.create", subject, **detail)
    return user


def update_user(
    core: Core,
    actor: Actor,
    text: str,
    changes: Mapping[str, Any],
    check: Callable[[User], None],
) -> User:
    """Change fields by name; `roles` is a sequence of RoleRequest. Raises Forbidden, Conflict."""
    password_hash = None
    if "password" in changes:
        with core.config.read() as session:
            username = queries.find_user(session, actor, text).username
        check_rules(changes["password"], changes.get("username", username))
        password_hash = hash_password(changes["password"])
    with core.config.write() as session:
        user = queries.find_user(session, actor, text)
        check(user)
        _check_authority(actor, user, changes)
        _apply(session, actor, user, changes)
        if password_hash is not None:
            user.password_hash = password_hash
        if password_hash is not None or changes.get("disabled"):
            end_credentials(session, user.id)
        session.flush()
        detail = {"fields": sorted(changes), "roles": _role_pairs(user)}
        record(session, core.clock.now_ms(), actor.user_id, "user.update", text, **detail)
    return user


def delete_user(core: Core, actor: Actor, text: str, check: Check = unchecked) -> None:
    """Delete an account without any records. Raises Conflict otherwise."""
    now_ms = core.clock.now_ms()
    try:
        with core.config.write() as session:
            user = queries.find_user(session, actor, text)
            check(user)
            require_authority(actor, user)
            _not_oneself(actor, user)
            record(session, now_ms, actor.user_id, "user.delete", text, username=user.username)
            session.execute(delete(User).where(User.id == user.id))
    except IntegrityError as error:
        raise Conflict(IN_USE, code="in_use") from error


def _check_authority(actor: Actor, user: User, changes: Mapping[str, Any]) -> None:
    if changes.keys() - HARMLESS:
        require_authority(actor, user)
    if "password" in changes and user.id == actor.user_id:
        raise Forbidden(OWN_PASSWORD, code="own_password")


def _apply(session: Session, actor: Actor, user: User, changes: Mapping[str, Any]) -> None:
    if "username" in changes:
        _check_username(session, changes["username"], user.id)
    if changes.get("disabled"):
        _not_oneself(actor, user)
    if "unit_id" in changes:
        user.unit = queries.find_unit(session, actor, "accounts.manage", changes["unit_id"])
        session.flush()
    for name in ("username", "name", "phone", "language", "disabled"):
        if name in changes:
            setattr(user, name, changes[name])
    if "roles" in changes:
        set_roles(session, actor, user, changes["roles"])


def _not_oneself(actor: Actor, user: User) -> None:
    if user.id == actor.user_id:
        raise Conflict(ONESELF, code="own_account")


def _check_username(session: Session, username: str, own_id: int | None) -> None:
    other = session.scalar(
        select(User.id).where(User.username == username, User.id != (own_id or 0))
    )
    if other is not None:
        raise Conflict.at("/username", NAME_TAKEN, "username_taken")


def _role_pairs(user: User) -> list[list[str]]:
    return sorted([row.role, public("unit", row.unit_id)] for row in user.roles)
