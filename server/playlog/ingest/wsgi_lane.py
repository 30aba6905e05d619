"""A WSGI fast path for `POST /api/v1/player/plays` that bypasses the Flask application.

Nearly all requests are batches of plays, which need no session, forms, limits or problem documents.
The lane answers valid ones; all others (bad token, malformed batch, busy store) go to the
application, which produces the error. The web worker calls the lane before it builds a WSGI
environment.
"""

import io
from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from server.foundation.core import Core
from server.foundation.errors import AnpingError
from server.inventory.enrolment.credentials import ScreenIdentity, authenticate
from server.playlog.ingest import service
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.model.batch_body import MOST_BYTES, unpacked

PATH: Final = "/api/v1/player/plays"
REMEMBERED: Final = 50_000
HEADERS: Final = (
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
)

Environ = dict[str, Any]
Start = Callable[..., Any]
Wsgi = Callable[[Environ, Start], Iterable[bytes]]


class Lane:
    """Ingests batches of plays from request bodies."""

    def __init__(self, core: Core, parts: PlaylogRuntime) -> None:
        self._core = core
        self._parts = parts
        self._screens = Credentials(core, parts)

    def answer(self, body: bytes, authorization: str, encoding: str) -> bytes | None:
        """The JSON answer after the durable commit; None if the application must answer."""
        try:
            screen = self._screens.of(authorization)
            content = unpacked(body, encoding)
            answer = service.take_in(self._core, self._parts, screen, content)
        except AnpingError:
            return None
        return msgspec.json.encode(answer)


class PlaysLane:
    """WSGI middleware around the application."""

    def __init__(self, app: Wsgi, lane: Lane) -> None:
        self._app = app
        self._lane = lane

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "POST":
            return self._app(environ, start)
        body = _body(environ)
        if body is None:
            return self._app(environ, start)
        text = self._lane.answer(
            body, environ.get("HTTP_AUTHORIZATION", ""), environ.get("HTTP_CONTENT_ENCODING", "")
        )
        if text is None:
            environ["wsgi.input"] = io.BytesIO(body)
            return self._app(environ, start)
        start("200 OK", [*HEADERS, ("Content-Length", str(len(text)))])
        return (text,)


class Credentials:
    """Screens by token, cached until the configuration changes."""

    def __init__(self, core: Core, parts: PlaylogRuntime) -> None:
        self._core = core
        self._watch = parts.knowledge.new_watch()
        self._cached: dict[str, ScreenIdentity] = {}

    def of(self, authorization: str) -> ScreenIdentity:
        """The screen of an Authorization header. Raises Unauthorized."""
        if self._watch.has_changed() or len(self._cached) > REMEMBERED:
            self._cached.clear()
        screen = self._cached.get(authorization)
        if screen is None:
            scheme, _, token = authorization.partition(" ")
            screen = authenticate(self._core, token.strip() if scheme.lower() == "bearer" else "")
            self._cached[authorization] = screen
        return screen


def _body(environ: Environ) -> bytes | None:
    """The whole body; None if the application must handle it (no length, or too large)."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdigit() or not 0 < int(length) <= MOST_BYTES:
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    return body if len(body) == int(length) else None
