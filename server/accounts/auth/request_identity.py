"""The HTTP edge of accounts: identifies the sender of a request, and checks for CSRF."""

from flask import Flask, Response, g, redirect, request
from flask.typing import ResponseReturnValue

from server.accounts.auth.forwarded_identity import carried
from server.accounts.auth.one_time_secrets import PERSON_PREFIX
from server.accounts.auth.sessions import (
    ABSOLUTE_MS,
    Recognised,
    recognise_session,
    recognise_token,
)
from server.accounts.auth.token_masking import is_same
from server.foundation.errors import Forbidden
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import FOR_PROGRAMS
from server.foundation.rest.security_headers import same_origin

COOKIE = "anping_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# At sign-in there is no CSRF token yet, or only that of a session to be replaced. The password is
# proof enough, but no foreign page may sign a browser in, so the Origin is checked.
SIGN_IN_PATHS = frozenset({"/api/v1/session", "/api/v1/session/code", "/login"})
ENROL_PAGE = "/settings/second-factor"
# Requests permitted before a required second factor is set up.
BEFORE_ENROLLING = (
    ENROL_PAGE, "/api/v1/me/second-factor", "/api/v1/session", "/login", "/logout", "/static/",
    "/player", "/healthz", "/readyz", "/metrics",
)  # fmt: skip
ENROL_FIRST = Sentence(
    "本系统要求管理员和审批人员开启两步验证，请先在“设置 → 两步验证”中开启。",
    "Administrators and reviewers need a second factor here: set it up in 设置 → 两步验证 first.",
)


# Screen pages opened by their code are anonymous even when signed in; they check Origin themselves.
# Player requests are those of a screen and never of a person signed in to the same browser.
NOBODYS = ("/v/", "/api/v1/player/")


def init_accounts(app: Flask) -> None:
    """Register identification before every request."""
    app.before_request(load_actor)


def load_actor() -> ResponseReturnValue | None:
    """Set g.actor, g.language and g.csrf_token. Raises Forbidden for a forged request.

    Without a required second factor pages redirect to its setup, and the API answers an error.
    """
    forwarded = carried()
    if forwarded is not None:
        g.actor, g.language, g.csrf_token = forwarded
        return None
    g.actor, g.language, g.csrf_token = None, None, ""
    if request.path.startswith(NOBODYS):
        return None
    unsafe = request.method not in SAFE_METHODS
    signing_in = request.method == "POST" and request.path in SIGN_IN_PATHS
    if signing_in and request.headers.get("Origin") and not _from_our_pages():
        raise _forged()
    bearer = bearer_token()
    if bearer is not None:
        if bearer.startswith(PERSON_PREFIX):
            _remember(recognise_token(core(), bearer))
        return None
    secret = request.cookies.get(COOKIE)
    if secret is None:
        return None
    found = recognise_session(core(), secret)
    _remember(found)
    if unsafe and not signing_in:
        _refuse_forgery(found)
    must_enrol = found is not None and found.must_enrol
    return _lead_to_enrolling() if must_enrol else None


def _lead_to_enrolling() -> ResponseReturnValue | None:
    if request.path.startswith(BEFORE_ENROLLING):
        return None
    if request.path.startswith(FOR_PROGRAMS) or request.method not in SAFE_METHODS:
        raise Forbidden(ENROL_FIRST, code="second_factor_required")
    return redirect(ENROL_PAGE, 303)


def bearer_token() -> str | None:
    """The bearer token of the Authorization header, if any."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def set_session_cookie(response: Response, secret: str) -> None:
    """Set the session cookie; the server decides when the session ends."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=ABSOLUTE_MS // 1000,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )


def clear_session_cookie(response: Response) -> None:
    """Delete the session cookie."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Strict", secure=request.is_secure)


def _remember(found: Recognised | None) -> None:
    if found is not None:
        g.actor, g.language, g.csrf_token = found.actor, found.language, found.csrf_token or ""


def _refuse_forgery(found: Recognised | None) -> None:
    sent = request.headers.get("X-CSRF-Token") or _form_token()
    expected = found.csrf_token if found is not None else sent
    right_token = bool(sent) and is_same(sent, expected or "")
    if not right_token or not _from_our_pages():
        raise _forged()


def _from_our_pages() -> bool:
    return same_origin(request.headers.get("Origin"))


def _forged() -> Forbidden:
    return Forbidden(
        Sentence(
            "请求未通过来源校验，请刷新页面后重试。",
            "The request's token or origin is wrong: reload the page and try again.",
        ),
        code="csrf",
    )


def _form_token() -> str:
    # Only plain HTML forms: reading request.form of an upload would load the whole file.
    if request.mimetype not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        return ""
    if request.path.startswith("/api/"):
        return ""
    return request.form.get("csrf_token", "")
