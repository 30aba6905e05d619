"""Dispatches packets of clients to python-socketio's server.

Events with a brief handler get it as raw JSON, without a greenlet or Flask request; all others go
to the namespaces, each in a greenlet, as in python-socketio.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import gevent
import msgspec
import structlog
from socketio import packet

from server.foundation.errors import TooMany
from server.foundation.websocket.line import Line
from server.foundation.websocket.wire import frames

log = structlog.get_logger(__name__)

RESERVED: Final = frozenset({"connect", "connect_error", "disconnect", "disconnecting"})
"""Event names that clients can't send."""
LONGEST_HEAD: Final = 64
LONGEST_ID: Final = 18

Answer = Callable[[Any], None]
Brief = Callable[[str, bytes, Answer], bool]
"""Handles an event by the client's id in the namespace, its argument as JSON, and a callback.

The callback takes the answer. Returns False, with no effect, to use the normal path. May block.
"""


class Unreadable(Exception):
    """Not a valid Socket.IO packet."""


class _BriefHandlers(NamedTuple):
    """A namespace with its brief handlers by event."""

    namespace: str
    answers: bytes
    by_event: dict[str, Brief]


class Dispatch:
    """Dispatches packets of all connections of a python-socketio server."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._brief: dict[bytes, _BriefHandlers] = {}
        self._event = msgspec.json.Decoder(tuple[str, msgspec.Raw])
        self._list = msgspec.json.Decoder(list[Any])
        self._json = msgspec.json.Encoder()

    def answer_briefly(self, namespace: str, event: str, brief: Brief) -> None:
        """Register a brief handler for an event that has an argument and an ack id."""
        text = namespace.encode()
        handlers = self._brief.setdefault(text, _BriefHandlers(namespace, b"43" + text + b",", {}))
        handlers.by_event[event] = brief

    def has_entered(self, line: Line) -> bool:
        """Whether the client is in a namespace."""
        return bool(self._server.manager.has_entered(line.sid))

    def take(self, line: Line, payload: bytes) -> None:
        """Handle an Engine.IO message, with its leading `4`. Raises Unreadable."""
        if payload.startswith(b"42/") and self._took_briefly(line, payload):
            return
        if payload.startswith(b"43/") and self._took_answer(line, payload):
            return
        try:
            found = self._server.packet_class(encoded_packet=payload[1:].decode())
        except (ValueError, IndexError, RecursionError) as error:
            raise Unreadable(str(error)) from error
        self._give(line, found)

    def _took_briefly(self, line: Line, payload: bytes) -> bool:
        # `42/screen,7["event",{...}]`
        comma = payload.find(b",", 3, LONGEST_HEAD)
        at = payload.find(b"[", comma, comma + LONGEST_ID + 2)
        handlers, number = self._brief.get(payload[2:comma]), payload[comma + 1 : at]
        if comma < 0 or at < 0 or handlers is None or not number.isdigit():
            return False
        try:
            event, raw = self._event.decode(payload[at:])
        except (msgspec.DecodeError, RecursionError):
            return False
        brief = handlers.by_event.get(event)
        sid = self._server.manager.entered(line.sid, handlers.namespace)
        if brief is None or sid is None:
            return False

        def answer(value: Any) -> None:
            text = handlers.answers + number + b"[" + self._json.encode(value) + b"]"
            line.answer(frames.frame(frames.TEXT, text))

        return brief(sid, bytes(raw), answer)

    def take_at_once(self, line: Line, payload: bytes) -> bool:
        """Handle an ack without blocking, on the loop.

        False, with no effect, if it must take the normal path.
        """
        found = _answer_in(payload)
        return found is not None and bool(self._server.manager.answered_at_once(line.sid, *found))

    def _took_answer(self, line: Line, payload: bytes) -> bool:
        found = _answer_in(payload)
        if found is None:
            return False
        namespace, number, body = found
        try:
            args = self._list.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return False
        self._server.manager.answered(line.sid, namespace, number, args)
        return True

    def _give(self, line: Line, found: Any) -> None:
        server, namespace = self._server, found.namespace or "/"
        if found.packet_type == packet.CONNECT:
            self._let_in(line, namespace, found.data)
        elif found.packet_type == packet.DISCONNECT:
            server._handle_disconnect(line.sid, namespace, server.reason.CLIENT_DISCONNECT)
        elif found.packet_type == packet.ACK and isinstance(found.data, list):
            server._handle_ack(line.sid, namespace, found.id, found.data)
        elif found.packet_type == packet.EVENT and _is_event(found.data):
            self._give_event(line, namespace, found)
        else:
            raise Unreadable("a packet that clients don't send here")

    def _let_in(self, line: Line, namespace: str, auth: Any) -> None:
        try:
            self._server._handle_connect(line.sid, namespace, auth)
        except TooMany:
            self._forget(line, namespace)
            line.refuse(frames.TRY_LATER, "too many connects")
        except Exception as error:
            # Without an answer it would wait for one forever.
            log.error("client_connect_failed", exc_info=error)
            self._forget(line, namespace)
            line.refuse(frames.FAULT, "try again")
        else:
            if self.has_entered(line):
                line.let_in()

    def _forget(self, line: Line, namespace: str) -> None:
        """Drop a client whose connect is pending; it gets no disconnect event."""
        manager = self._server.manager
        sid = manager.sid_from_eio_sid(line.sid, namespace)
        if sid is not None and manager.is_pre_connected(sid, namespace):
            manager.disconnect(sid, namespace)

    def _give_event(self, line: Line, namespace: str, found: Any) -> None:
        manager = self._server.manager
        sid = manager.sid_from_eio_sid(line.sid, namespace)
        if manager.is_connected(sid, namespace):
            line.working(1)
            gevent.spawn(self._run, line, sid, namespace, found)

    def _run(self, line: Line, sid: str, namespace: str, found: Any) -> None:
        server = self._server
        try:
            server._handle_event_internal(server, sid, line.sid, found.data, namespace, found.id)
        except Exception as error:
            log.error("event_handler_failed", event_name=found.data[0], exc_info=error)
        finally:
            line.working(-1)


def _answer_in(payload: bytes) -> tuple[str, int, bytes] | None:
    """Namespace, number and JSON of `43/screen,7[{...}]`, parsed as in python-socketio."""
    comma = payload.find(b",", 3, LONGEST_HEAD)
    at = payload.find(b"[", comma, comma + LONGEST_ID + 2)
    name, number = payload[2:comma], payload[comma + 1 : at]
    if comma < 0 or at < 0 or not number.isdigit() or not name.isascii() or b"?" in name:
        return None
    return name.decode(), int(number), payload[at:]


def _is_event(data: Any) -> bool:
    if not isinstance(data, list) or not data or not isinstance(data[0], str):
        return False
    return data[0] not in RESERVED
