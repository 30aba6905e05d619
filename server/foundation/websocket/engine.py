"""engineio's server with its own handling of WebSockets after the handshake."""

import _socket
import random
from collections.abc import Callable, Iterable
from typing import Any, Final

import engineio
import gevent.socket
from engineio import packet as eio
from gevent import get_hub

from server.foundation.websocket.census import Census
from server.foundation.websocket.crew import Crew
from server.foundation.websocket.dispatch import Dispatch, Unreadable
from server.foundation.websocket.line import ANSWER, MESSAGE, Line
from server.foundation.websocket.wheel import Wheel
from server.foundation.websocket.wire import frames
from server.foundation.websocket.wire.handshake import Accepted, NotAccepted, accepted

MOST_STRANGERS: Final = 800
"""Connections outside any namespace; beyond that the longest waiting ones are closed."""
MOST_LINES: Final = 20_000
"""The connection limit of gunicorn's worker."""
SEND_BYTES: Final = 128 * 1024
"""Kernel send buffer for a slow reader; autotuning would grow it to megabytes."""

Environ = dict[str, Any]


class Engine(engineio.Server):  # type: ignore[misc] # the library has no types
    """Takes over WebSockets from gunicorn's worker; others use the stock path."""

    def __init__(self, **options: Any) -> None:
        super().__init__(async_mode="gevent", async_handlers=False, **options)
        self.loop = get_hub().loop
        self.crew = Crew(self.loop)
        self.wheel = Wheel(self.loop)
        self.closing_code = frames.NORMAL
        self.dispatch: Dispatch
        self._ours: set[Line] = set()
        self._strangers: dict[Line, None] = {}
        self._dropped = 0
        self._opening: Final = self._opened()

    def _opened(self) -> bytes:
        """The packet that opens a session, which differs by the session's id alone."""
        body = {
            "sid": "SID",
            "upgrades": [],
            "pingTimeout": int(self.ping_timeout * 1000),
            "pingInterval": int(self.ping_interval * 1000),
            "maxPayload": self.max_http_buffer_size,
        }
        text: str = eio.Packet(eio.OPEN, body).encode()
        return text.encode()

    @property
    def lines(self) -> int:
        """Number of open connections, closing ones included."""
        return len(self._ours)

    def census(self) -> Census:
        """All connections by state, and the backlog of slow readers."""
        found = Census(dropped=self._dropped)
        for line in self._ours:
            if line.is_ending:
                found.closing += 1
            elif line in self._strangers:
                found.entering += 1
            else:
                found.open += 1
            if line.held:
                found.stalled += 1
                found.held += line.held
            found.dropped += line.dropped
        return found

    def _handle_connect(
        self,
        environ: Environ,
        start_response: Callable[..., Any],
        transport: str,
        jsonp_index: int | None = None,
    ) -> Any:
        own = environ.get("gunicorn.socket")
        if transport != "websocket" or type(own) is not gevent.socket.socket:
            return super()._handle_connect(environ, start_response, transport, jsonp_index)
        try:
            handshake = accepted(environ)
        except NotAccepted as error:
            return _refused(error.status, error.reason, error.headers)
        if self.closing_code == frames.RESTARTING:
            return _refused("503 SERVICE UNAVAILABLE", "restarting", [("Retry-After", "3")])
        if self.lines >= MOST_LINES:
            return _refused("503 SERVICE UNAVAILABLE", "too many sockets", [("Retry-After", "30")])
        self._begin(environ, own, handshake)
        # The worker no longer touches the connection.
        raise StopIteration

    def _begin(self, environ: Environ, own: Any, handshake: Accepted) -> None:
        sid = self.generate_id()
        line = self.sockets[sid] = Line(self, sid, _taken(own), deflates=handshake.deflate)
        self._ours.add(line)
        self._strangers[line] = None
        self._make_way()
        self._trigger_event("connect", sid, environ, run_async=False)
        hello = frames.frame(frames.TEXT, self._opening.replace(b"SID", sid.encode(), 1))
        # Spread out, as all clients reconnect within some seconds of a restart.
        line.begin(handshake.answer + hello, self.ping_interval * random.uniform(0.4, 1))  # noqa: S311 - no secret

    def take_message(self, line: Line, payload: bytes) -> None:
        """Handle a complete text message in a greenlet of the crew."""
        if payload.startswith(MESSAGE):
            try:
                self.dispatch.take(line, payload)
            except Unreadable as error:
                line.refuse(frames.BROKEN, str(error)[:100])
        elif payload.startswith(b"1"):
            line.close(abort=True, reason=self.reason.CLIENT_DISCONNECT)

    def took_at_once(self, line: Line, payload: bytes) -> bool:
        """Handle a message on the loop if it needs no greenlet; else False."""
        return payload.startswith(ANSWER) and self.dispatch.take_at_once(line, payload)

    def trigger_disconnect(self, line: Line, reason: str) -> None:
        """Trigger the disconnect event of a connection; may block."""
        try:
            self._trigger_event("disconnect", line.sid, reason, run_async=False)
        finally:
            self.sockets.pop(line.sid, None)

    def has_entered(self, line: Line) -> bool:
        """Whether the client is in a namespace."""
        return self.dispatch.has_entered(line)

    def mark_entered(self, line: Line) -> None:
        """The client entered a namespace."""
        self._strangers.pop(line, None)

    def _make_way(self) -> None:
        """Close the oldest unproven connections; legitimate clients have entered long before."""
        while len(self._strangers) > MOST_STRANGERS:
            oldest = next(iter(self._strangers))
            del self._strangers[oldest]
            oldest.cut()

    def forget(self, line: Line) -> None:
        """The connection's socket is closed."""
        self._ours.discard(line)
        self._strangers.pop(line, None)
        self._dropped += line.dropped

    def restart(self) -> None:
        """From now on connections are closed with the code for a restart."""
        self.closing_code = frames.RESTARTING


def _taken(own: Any) -> _socket.socket:
    """The raw socket, detached from gevent's."""
    raw = _socket.socket(fileno=own.detach())
    raw.setblocking(False)
    raw.setsockopt(_socket.SOL_SOCKET, _socket.SO_SNDBUF, SEND_BYTES)
    return raw


def _refused(status: str, reason: str, headers: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """An HTTP response in engineio's form."""
    fields = [("Content-Type", "text/plain; charset=utf-8"), *headers]
    return {"status": status, "headers": fields, "response": reason.encode()}
