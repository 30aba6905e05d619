"""Security headers of every answer: no foreign hosts, no inline scripts, no framing by others."""

import re
from collections.abc import Callable
from typing import Final, cast
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import BadRequest

from server.foundation.rest.flask_extensions import core
from server.foundation.rest.limits.body_timeouts import know_sender

_HOST = re.compile(r"[A-Za-z0-9._\-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
_BY_FORM = re.compile(
    r"/api/v1/(assets/[^/]+/replace|attestations/[^/]+/photos|spot-checks/[^/]+/photo)|/v/[^/]+/(fault|photo)"
)
PUBLIC_URL: Final = "anping.public_url"
PublicUrl = Callable[[], str | None]
LARGEST_BODY = 4 * 1024 * 1024
STRANGERS_BODY: Final = 64 * 1024
SHORT_JSON: Final = 64 * 1024
LONG_JSON: Final = 256 * 1024
"""Byte limit of routes that take thousands of ids (`resources.long_body`)."""


def content_policy(host: str, ancestors: str = "'self'") -> str:
    """The content security policy of pages served from `host`."""
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            f"connect-src 'self' ws://{host} wss://{host}",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {ancestors}",
        )
    )


def set_headers(response: Response) -> Response:
    """Add the headers; a view's own policy is kept."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", content_policy(request.host, _ancestors()))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.path.startswith("/api/"):
        headers.setdefault("Cache-Control", "no-store")
    return response


def _ancestors() -> str:
    embedded = request.path.startswith("/player/") and request.args.get("embed") == "1"
    origins = core().settings.embed_origins
    return " ".join(origins) if embedded and origins else "'self'"


def same_origin(origin: str | None) -> bool:
    """Whether an Origin header names this server (including its public address)."""
    if not origin:
        return False
    try:
        named = urlsplit(origin).netloc
    except ValueError:  # a malformed address can't be ours
        return False
    if named == request.host:
        return True
    ours = cast("PublicUrl", current_app.extensions[PUBLIC_URL])()
    return ours is not None and named == urlsplit(ours).netloc


def refuse_bad_host() -> None:
    """The host name is part of every answer's headers, so it must be valid."""
    if request.headers.get("Host") and not _HOST.fullmatch(request.headers["Host"]):
        raise BadRequest


def refuse_nul() -> None:
    """Refuse addresses with NUL, which PostgreSQL accepts in no text."""
    if "\0" in request.path or b"%00" in request.query_string:
        raise BadRequest


def limit_body() -> None:
    """Limit bodies, which are read into memory, except uploads, which are streamed to disk."""
    if not is_upload():
        request.max_content_length = LARGEST_BODY


def limit_by_sender() -> None:
    """Limit the body by sender: less without authentication, and JSON to the route's size.

    Screens are authenticated by their views, which have limits of their own.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    is_authenticated = g.get("actor") is not None
    if is_authenticated:
        know_sender()
    if is_upload() or getattr(view, "guard", "") == "screen_only":
        return
    if not is_authenticated:
        request.max_content_length = STRANGERS_BODY
    elif request.mimetype != "multipart/form-data":
        request.max_content_length = LONG_JSON if hasattr(view, "long_body") else SHORT_JSON


def is_upload() -> bool:
    if request.method == "PATCH":
        return request.path.startswith("/api/v1/uploads/")
    form = request.path == "/api/v1/assets" or _BY_FORM.fullmatch(request.path)
    return bool(form) and request.mimetype == "multipart/form-data"


def init_security(app: Flask, public_url: PublicUrl) -> None:
    """Register the headers and limits of every request; `public_url`: the public address."""
    app.extensions[PUBLIC_URL] = public_url
    app.before_request(refuse_bad_host)
    app.before_request(refuse_nul)
    app.before_request(limit_body)
    app.after_request(set_headers)
