"""`/session`, `/me` and `/tokens`: one's own account."""

from datetime import datetime
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from flask import Response, current_app, g, jsonify, request
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from pydantic import Field, StringConstraints

from server.accounts import schemas
from server.accounts.auth import service
from server.accounts.auth.login_throttle import Delays
from server.accounts.auth.request_identity import COOKIE, clear_session_cookie, set_session_cookie
from server.accounts.auth.sessions import OpenedSession
from server.accounts.guards import actor, open_to_all, signed_in
from server.accounts.models import ApiToken, User
from server.accounts.serializers import token_document, user_document
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import (
    Body,
    Paging,
    answered,
    check_unchanged_by,
    in_district_time,
    instant_ms,
    listed,
    tagged,
)
from server.foundation.rest.responses import Listed, answers
from server.foundation.rest.urgent_requests import goes_on_without_room

bp = APIBlueprint("accounts", __name__, url_prefix="/api/v1", tag="Account 账号")

_document = in_district_time(user_document)
_token = in_district_time(token_document)


@bp.record
def _count_wrong_passwords(state: BlueprintSetupState) -> None:
    state.app.extensions["anping.delays"] = Delays()


# Blanks at the ends may be part of it.
Password = Annotated[str, StringConstraints(strip_whitespace=False, max_length=200)]


class SignInBody(Body):
    """User name and password; `code` is of the second factor, where one is on."""

    username: str = Field(min_length=1, max_length=60)
    password: Password
    code: str = Field("", max_length=60)


class SignInCode(Body):
    """The ticket of `second_factor_needed`, and a code of the phone."""

    ticket: str = Field(min_length=1, max_length=400)
    code: str = Field(min_length=1, max_length=60)


class ProfileChanges(Body):
    """Changes of one's own profile; a new password needs the current one."""

    name: str = Field("", max_length=60)
    phone: str = Field("", max_length=30)
    language: Literal["zh_CN", "en"] | None = None
    password: Password = ""
    current_password: Password = ""


class TokenBody(Body):
    """A name for the token, and an optional expiry."""

    name: str = Field(min_length=1, max_length=120)
    expires_at: datetime | None = None


@bp.post("/session")
@goes_on_without_room
@open_to_all  # signing in
@bp.input(SignInBody)
@answers(schemas.Opened, headers=("Set-Cookie",))
def sign_in(json_data: SignInBody) -> ResponseReturnValue:
    """Open a session: a cookie for pages, and a CSRF token.

    With a second factor: 401 `second_factor_needed` with a `ticket` for `/session/code`, unless the
    code was sent along.
    """
    typed = service.Credentials(
        json_data.username, json_data.password, request.remote_addr or "", json_data.code
    )
    return _opened(service.sign_in(core(), delays(), typed))


@bp.post("/session/code")
@goes_on_without_room
@open_to_all  # signing in
@bp.input(SignInCode)
@answers(schemas.Opened, headers=("Set-Cookie",))
def sign_in_by_code(json_data: SignInCode) -> ResponseReturnValue:
    """The second step of sign-in: a code of the phone, or a recovery code."""
    sent = (json_data.ticket, json_data.code, request.remote_addr or "")
    return _opened(service.sign_in_by_code(core(), delays(), *sent))


@bp.get("/session")
@signed_in
@answers(schemas.Session)
def get_session() -> dict[str, Any]:
    """The signed-in person, with the session's CSRF token."""
    return {"csrf_token": g.csrf_token or None, "user": _own_document()}


@bp.delete("/session")
@goes_on_without_room
@signed_in
@answers(None, 204)
def sign_out() -> ResponseReturnValue:
    """End the session on the server."""
    secret = request.cookies.get(COOKIE)
    if secret is not None:
        service.sign_out(core(), actor(), secret)
    response = Response(status=204)
    clear_session_cookie(response)
    return response


@bp.get("/me")
@signed_in
@answers(schemas.User)
def get_profile() -> ResponseReturnValue:
    """One's own profile."""
    return tagged(_own_document())


@bp.patch("/me")
@signed_in
@bp.input(ProfileChanges)
@answers(schemas.User)
def change_profile(json_data: ProfileChanges) -> ResponseReturnValue:
    """Change one's own profile or password; a new password ends all other sessions and tokens."""
    changes = json_data.model_dump(exclude_unset=True)
    user = service.update_profile(core(), delays(), actor(), changes, check_unchanged_by(_document))
    response = answered(_document(user))
    return with_new_session(response) if "password" in changes else response


@bp.get("/tokens")
@signed_in
@bp.input(Paging, location="query")
@answers(Listed[schemas.Token])
def list_tokens(query_data: Paging) -> dict[str, Any]:
    """One's own bearer tokens, without the tokens themselves."""
    return listed(service.tokens_of(actor()), ApiToken.id, query_data, _token)


@bp.post("/tokens")
@signed_in
@bp.input(TokenBody)
@answers(schemas.MadeToken, 201)
def make_token(json_data: TokenBody) -> ResponseReturnValue:
    """Create a bearer token for a program; only this answer contains it."""
    ends = json_data.expires_at
    expires_at = instant_ms(ends, "/expires_at") if ends is not None else None
    made = service.make_token(core(), actor(), json_data.name, expires_at)
    document = _token(made.row)
    return answered({**document, "token": made.token}, 201, tag_of=document)


@bp.delete("/tokens/<token_id>")
@signed_in
@answers(None, 204)
def delete_token(token_id: str) -> ResponseReturnValue:
    """Revoke one of one's own tokens."""
    service.delete_token(core(), actor(), token_id, check_unchanged_by(_token))
    return "", 204


def with_new_session(response: Response) -> Response:
    """After all sessions have ended: a new one for who asked by a cookie."""
    if g.csrf_token:
        opened = service.open_again(core(), actor())
        set_session_cookie(response, opened.secret)
        response.headers["X-CSRF-Token"] = opened.csrf_token
    return response


def delays() -> Delays:
    """What slows wrong passwords down."""
    found: Delays = current_app.extensions["anping.delays"]
    return found


def _opened(opened: OpenedSession) -> Response:
    response = jsonify(csrf_token=opened.csrf_token)
    set_session_cookie(response, opened.secret)
    return response


def _own_document() -> dict[str, Any]:
    with core().config.read() as session:
        return _document(session.get_one(User, actor().user_id))
