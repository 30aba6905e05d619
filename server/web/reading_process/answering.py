"""The reading process's end: answers the calls of web workers with the views of the app."""

import io
import os
import resource
import socket
import sys
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol, cast

import structlog
from flask import Flask
from werkzeug.test import run_wsgi_app

from server.accounts.auth.forwarded_identity import KEY, Carried
from server.foundation.core import Core
from server.foundation.errors import Busy
from server.monitoring.fleet.current_status import StatesCache
from server.playlog.ingest.flask_extension import playback_of
from server.web.reading_process.frames import (
    PIECE_BYTES,
    Asked,
    Broken,
    Call,
    ContactsAnswer,
    End,
    Follow,
    Head,
    Health,
    Line,
    Piece,
    Ping,
    Question,
    Refused,
    States,
    StatesQuery,
    is_ours,
)
from server.web.reading_process.presence import fetch_all_contacts

log = structlog.get_logger(__name__)
SILENCE_S: Final = 180.0
_ASKING: ContextVar["Asking | None"] = ContextVar("asking", default=None)
"""The questions of this greenlet's call to its worker."""


class Asking:
    """One call's questions to the web worker that waits for its answer."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.has_fetched = False

    def ask(self, question: Question) -> Any:
        """The worker's answer. Raises Busy."""
        try:
            self._line.send(question)
            reply = self._line.next()
        except Broken as error:  # nobody waits any more
            raise Busy from error
        if isinstance(reply, Refused):
            raise reply.error()
        return reply


def have_followed(stamps: Mapping[int, str]) -> None:
    """Have bookings brought in line by the worker that waits, if one does. Raises Busy."""
    asking = _ASKING.get()
    if asking is not None:
        asking.ask(Follow(dict(stamps)))


def fetch_contacts(since_ms: int) -> ContactsAnswer | None:
    """The worker's sockets and heartbeats, once in a call, else None. Raises Busy."""
    asking = _ASKING.get()
    if asking is None or asking.has_fetched:
        return None
    asking.has_fetched = True
    return fetch_all_contacts(asking.ask, since_ms)


class Elsewhere(Protocol):
    """Has a call answered by a process that may write."""

    def __call__(self, call: Call, send: Callable[[Any], None]) -> None:
        """Pass the frames of the answer to `send`. Raises Broken and Busy."""


class Desk:
    """Answers calls, each in a greenlet of its own; `elsewhere` is for those that write."""

    def __init__(self, app: Flask, elsewhere: Elsewhere) -> None:
        self._app = app
        self._elsewhere = elsewhere
        self._calls = 0

    def __call__(self, connection: socket.socket, _address: object = None) -> None:
        """Serve one connection to its end."""
        connection.settimeout(SILENCE_S)
        line = Line(connection, Asked)
        self._calls += 1
        try:
            if is_ours(connection):
                self._serve(line)
        except Broken:
            log.debug("web_worker_disconnected")
        finally:
            self._calls -= 1
            line.close()

    def _serve(self, line: Line) -> None:
        asked = line.next()
        if isinstance(asked, Ping):
            line.send(Health(memory_bytes(), self._calls, os.getpid()))
        elif isinstance(asked, StatesQuery):
            core, parts = cast("Core", self._app.extensions["anping"]), playback_of(self._app)
            line.send(States(dict(parts.remembered(StatesCache).of(core, parts))))
        elif isinstance(asked, Call) and asked.writes:
            try:
                self._elsewhere(asked, line.send)
            except Busy as error:
                line.send(Refused.of(error))
        elif isinstance(asked, Call):
            _ASKING.set(Asking(line))
            answer(self._app, asked, line.send)


def answer(app: Flask, call: Call, send: Callable[[Any], None]) -> None:
    """Have a view answer a call, and pass the frames of it to `send` as they come."""
    environ: dict[str, Any] = {
        **call.environ,
        "wsgi.input": io.BytesIO(call.body),
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
        KEY: Carried(call.actor, call.language, call.csrf_token),
    }
    # Past what the web worker has around the app: proxies, sockets and the lane of plays.
    pieces, status, headers = run_wsgi_app(partial(Flask.wsgi_app, app), environ)
    try:
        send(Head(status, list(headers)))
        for piece in _of_a_size(pieces):
            send(Piece(piece))
        send(End())
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            close()


def _of_a_size(pieces: Iterable[bytes]) -> Iterable[bytes]:
    """No piece is longer than the other side takes."""
    for piece in pieces:
        for start in range(0, len(piece), PIECE_BYTES):
            yield piece[start : start + PIECE_BYTES]


def memory_bytes() -> int:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()
