"""`/users`: people's accounts and roles."""

from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import Field, StringConstraints
from sqlalchemy import or_

from server.accounts import queries, schemas
from server.accounts.auth.api import Password
from server.accounts.auth.passwords import new_password
from server.accounts.directory import users
from server.accounts.directory.role_grants import RoleRequest
from server.accounts.guards import actor, needs
from server.accounts.models import User
from server.accounts.roles import Role
from server.accounts.serializers import user_document
from server.foundation.phone_masking import masked
from server.foundation.public_ids import number
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import (
    Body,
    Paging,
    answered,
    check_unchanged_by,
    in_district_time,
    listed,
    tagged,
)
from server.foundation.rest.responses import Listed, answers

bp = APIBlueprint("users", __name__, url_prefix="/api/v1", tag="Users 人员")

_document = in_district_time(user_document)
_check = check_unchanged_by(_document)

Username = Annotated[str, StringConstraints(pattern=r"^[\w.@-]{2,60}$")]


class RoleBody(Body):
    """A role over a unit and those below it."""

    role: Role
    unit_id: str | None = Field(None, max_length=64)


Roles = Annotated[list[RoleBody | Role], Field(max_length=50)]


class UserFilter(Paging):
    """Filter of the list."""

    unit_id: str | None = Field(None, max_length=64)
    q: str | None = Field(None, max_length=60)


class UserBody(Body):
    """A person; the unit is one's own, the password a random one by default."""

    username: Username
    password: Password | None = None
    name: str = Field("", max_length=60)
    phone: str = Field("", max_length=30)
    unit_id: str | None = Field(None, max_length=64)
    roles: Roles = Field(default_factory=list)
    language: Literal["zh_CN", "en"] | None = None


class UserChanges(UserBody):
    """The fields to change; `roles` replaces the whole list."""

    username: Username = ""
    password: Password = ""
    unit_id: str = Field("", max_length=64)
    disabled: bool = False


@bp.get("/users")
@needs("accounts.manage")
@bp.input(UserFilter, location="query")
@answers(Listed[schemas.User])
def list_users(query_data: UserFilter) -> dict[str, Any]:
    """People whom one administers, newest first."""
    query = queries.users_in_scope(actor())
    if query_data.unit_id is not None:
        query = query.where(User.unit_id == number("unit", query_data.unit_id))
    if query_data.q:
        found = (
            column.icontains(query_data.q, autoescape=True) for column in (User.username, User.name)
        )
        query = query.where(or_(*found))
    return listed(query, User.id, query_data, _masked)


@bp.post("/users")
@needs("accounts.manage")
@bp.input(UserBody)
@answers(schemas.MadeUser, 201)
def create_user(json_data: UserBody) -> ResponseReturnValue:
    """Create an account; a password that was chosen here is only in this answer."""
    values = json_data.model_dump(exclude={"roles", "password"})
    chosen = new_password() if json_data.password is None else None
    draft = users.UserDraft(
        **values,
        password=chosen or json_data.password or "",
        roles=tuple(_role_requests(json_data.roles)),
    )
    made = _document(users.create_user(core(), actor(), draft))
    return answered({**made, "password": chosen}, 201, tag_of=made)


@bp.get("/users/<user_id>")
@needs("accounts.manage")
@answers(schemas.User)
def get_user(user_id: str) -> ResponseReturnValue:
    """One person."""
    with core().config.read() as session:
        return tagged(_document(queries.find_user(session, actor(), user_id)))


@bp.patch("/users/<user_id>")
@needs("accounts.manage")
@bp.input(UserChanges)
@answers(schemas.User)
def change_user(user_id: str, json_data: UserChanges) -> ResponseReturnValue:
    """Change an account; nobody changes his own roles."""
    changes = json_data.model_dump(exclude_unset=True)
    if "roles" in changes:
        changes["roles"] = _role_requests(json_data.roles)
    return tagged(_document(users.update_user(core(), actor(), user_id, changes, _check)))


@bp.delete("/users/<user_id>")
@needs("accounts.manage")
@answers(None, 204)
def delete_user(user_id: str) -> ResponseReturnValue:
    """Delete an account without any records; others can only be disabled."""
    users.delete_user(core(), actor(), user_id, _check)
    return "", 204


def _role_requests(roles: list[RoleBody | Role]) -> list[RoleRequest]:
    """A bare role name applies to the person's own unit."""
    return [
        RoleRequest(role.role, role.unit_id) if isinstance(role, RoleBody) else RoleRequest(role)
        for role in roles
    ]


def _masked(user: User) -> dict[str, Any]:
    """The user for lists: the phone is only in the person's own document."""
    return {**_document(user), "phone": masked(user.phone)}
