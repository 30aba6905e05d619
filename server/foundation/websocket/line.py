"""One client connection after its handshake; replaces engineio's socket and its greenlets."""

import _socket
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final, Protocol

import structlog
from engineio import packet as eio

from server.foundation.websocket.backlog import EVENT, NEEDED
from server.foundation.websocket.crew import Crew
from server.foundation.websocket.pipe import Pipe
from server.foundation.websocket.wheel import Wheel
from server.foundation.websocket.wire import frames
from server.foundation.websocket.wire.receiver import Message, Receiver, Violation

log = structlog.get_logger(__name__)

MOST_WAITING: Final = 32
"""Unprocessed messages and running handlers of a connection; beyond that it isn't read."""
STRANGERS_BYTES: Final = 16 * 1024
"""Byte limit of messages before the client has entered a namespace."""
ENTER_S: Final = 10.0
"""Seconds in which a client must enter a namespace."""
LINGER_S: Final = 3.0
"""Seconds to wait for the client's part of the closing handshake."""
MOST_THROWN: Final = 1 << 20
"""Bytes accepted from a client after its refusal, as they may be in transit."""

PING: Final = frames.frame(frames.TEXT, b"2")
PONG: Final = b"3"
MESSAGE: Final = b"4"
ANSWER: Final = b"43/"
END: Final = frames.frame(frames.TEXT, b"1")
PINGS: Final = "ping"
PONGS: Final = "pong"

Work = Callable[[], None] | bytes
"""A received message, or work to be done after earlier ones."""


class Switchboard(Protocol):
    """The engine's interface for connections."""

    loop: Any
    crew: Crew
    wheel: Wheel
    max_http_buffer_size: int
    ping_interval: float
    ping_timeout: float
    closing_code: int
    reason: Any

    def take_message(self, line: "Line", payload: bytes) -> None:
        """Handle a complete text message in a greenlet of the crew."""

    def took_at_once(self, line: "Line", payload: bytes) -> bool:
        """Handle a message on the loop if it needs no greenlet; else False."""

    def trigger_disconnect(self, line: "Line", reason: str) -> None:
        """Trigger the disconnect event; may block."""

    def has_entered(self, line: "Line") -> bool:
        """Whether the client is in a namespace."""

    def mark_entered(self, line: "Line") -> None:
        """The client entered a namespace."""

    def forget(self, line: "Line") -> None:
        """The connection's socket is closed."""


class Line(Pipe):
    """A client connection; `deflates`: it accepts compressed messages.

    engineio reads `sid`, `closed`, `connected` and others.
    """

    __slots__ = (
        "_answers",
        "_awaits_pong",
        "_engine",
        "_first_ping_s",
        "_inbox",
        "_is_ending",
        "_pinged",
        "_receiver",
        "_session",
        "_thrown",
        "_working",
        "closed",
        "closing",
        "deflates",
        "sid",
        "slot",
    )
    connected = True
    upgraded = True
    upgrading = False

    def __init__(
        self, engine: Switchboard, sid: str, own: _socket.socket, *, deflates: bool
    ) -> None:
        super().__init__(engine.loop, own)
        self._engine = engine
        self.sid = sid
        self.deflates = deflates
        self._receiver: Receiver | None = Receiver(STRANGERS_BYTES, deflate=deflates)
        self._inbox: list[Work] = []
        self._answers: list[bytes] = []
        self._session: dict[str, Any] | None = None
        self._working = 0
        self._thrown = 0
        self._pinged = False
        self._awaits_pong = False
        self._is_ending = False
        self._first_ping_s = 0.0
        self.closed = False
        self.closing = False
        self.slot = 0

    @property
    def session(self) -> dict[str, Any]:
        """The session dict of engineio."""
        if self._session is None:
            self._session = {}
        return self._session

    @session.setter
    def session(self, session: dict[str, Any]) -> None:
        self._session = session

    def begin(self, answer: bytes, first_ping_s: float) -> None:
        """Send the handshake's response, and start reading."""
        self._first_ping_s = first_ping_s
        self._engine.wheel.put(self, min(first_ping_s, ENTER_S))
        self.read()
        self.write(answer, NEEDED)

    @property
    def is_ending(self) -> bool:
        """Whether the last frame was written, and the client's close is pending."""
        return self._is_ending

    def let_in(self) -> None:
        """The client is in a namespace: the normal message limit applies."""
        self._engine.mark_entered(self)
        if self._receiver is not None:
            self._receiver.limit = self._engine.max_http_buffer_size

    def send(self, pkt: Any) -> None:
        """Send an Engine.IO packet, as engineio and python-socketio do."""
        encoded = pkt.encode()
        if isinstance(encoded, str):
            is_event = pkt.packet_type == eio.MESSAGE and encoded[:2] == "42"
            frame = frames.frame(frames.TEXT, encoded.encode())
            self.write(frame, EVENT if is_event else NEEDED)
        else:
            self.write(frames.frame(frames.BINARY, bytes(encoded)), NEEDED)

    def on_bytes(self, data: bytes) -> int:
        """On the loop: parse frames and pass messages on; returns the number of frames."""
        if self._receiver is None:
            self._thrown += len(data)
            if self._thrown > MOST_THROWN:
                self.end()
            return 0
        found: list[Message] = []
        fault: Violation | None = None
        count = 0
        try:
            count = self._receiver.feed(data, found)
        except Violation as error:
            fault = error
        for opcode, payload in found:
            is_message = opcode == frames.TEXT and payload.startswith(MESSAGE)
            if is_message and self._socket is not None and not self._is_ending:
                # Earlier work comes first.
                if self._inbox or self.closed or not self._engine.took_at_once(self, payload):
                    self._put(payload)
            else:
                self._handle_frame(opcode, payload)
        if fault is not None:
            self.refuse(fault.code, fault.reason)
        return count

    def _handle_frame(self, opcode: int, payload: bytes) -> None:
        if opcode == frames.CLOSE:
            if not self._is_ending:
                # A received close code is answered by the same code.
                self.write(frames.frame(frames.CLOSE, payload[:2]), NEEDED)
            self.lose()
        elif self._is_ending or not self.is_open or opcode == frames.PONG:
            return
        elif opcode == frames.PING:
            self.write(frames.frame(frames.PONG, payload), PONGS)
        elif opcode == frames.BINARY:
            self.refuse(frames.NOT_TAKEN, "only text is spoken here")
        elif payload == PONG:
            self._awaits_pong = False
        elif not payload:
            self.refuse(frames.BROKEN, "a message without a type")
        else:
            self._put(payload)

    # The inbox, processed in order.

    def _put(self, work: Work) -> None:
        self._inbox.append(work)
        if len(self._inbox) == 1:
            self._engine.crew.add(self._work)
        if self._working + len(self._inbox) > MOST_WAITING:
            self._pace()

    def _work(self) -> None:
        done = 0
        try:
            while done < len(self._inbox):
                work = self._inbox[done]
                done += 1
                if not isinstance(work, bytes):
                    work()
                elif not self.closed:
                    self._engine.take_message(self, work)
        finally:
            # In case of an error the rest is still processed.
            del self._inbox[:done]
            if self._inbox:
                self._engine.crew.add(self._work)
            self._flush()
            self._pace()

    def answer(self, frame: bytes) -> None:
        """Send an answer, together with those to other pending messages."""
        if self._inbox:
            self._answers.append(frame)
        else:
            self.write(frame, NEEDED)

    def _flush(self) -> None:
        if self._answers:
            together, self._answers = b"".join(self._answers), []
            self.write(together, NEEDED)

    def working(self, by: int) -> None:
        """A handler of an event started (1) or ended (-1)."""
        self._working += by
        self._pace()

    def _pace(self) -> None:
        """Pause reading while too many messages are unprocessed."""
        if self._working + len(self._inbox) > MOST_WAITING and not self._is_ending:
            self.read_not()
        else:
            self.read()

    # Closing.

    def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """Close from this side; with `abort` the client has sent its close."""
        del wait  # Frames written so far are in the kernel or the backlog.
        if self.closed or self.closing:
            return
        # After all earlier messages, as a pending connect would otherwise stay forever.
        self._leave(reason or self._engine.reason.SERVER_DISCONNECT)
        code = frames.NORMAL if abort else self._engine.closing_code
        self._send_close(code, before=b"" if abort else END)

    def refuse(self, code: int, reason: str) -> None:
        """Close after a protocol violation with a code, and stop reading."""
        if self._receiver is None or not self.is_open:
            return
        self._receiver = None
        log.debug("socket_refused", code=code, reason=reason)
        self._send_close(code, reason)
        self._leave(self._engine.reason.TRANSPORT_ERROR)
        if not self.held:
            self.on_sent()

    def cut(self) -> None:
        """Close at once, to make room for others."""
        self.refuse(frames.REFUSED, "too many who enter nothing")
        self.end()

    def check_ping_timeout(self) -> bool:
        """Called by engineio; the wheel does the check."""
        return not self.closed

    def due(self) -> float | None:
        """Called by the wheel: ping, check the pong, or end a lingering close."""
        engine = self._engine
        if self._is_ending or not self.is_open:
            self.end()
        elif self._pinged and self._awaits_pong:
            self._send_close(frames.NORMAL)
            self.end()
            self._leave(engine.reason.PING_TIMEOUT)
        elif self._pinged:
            self._pinged = False
            return max(engine.ping_interval - engine.ping_timeout, 1.0)
        elif not engine.has_entered(self):
            self.refuse(frames.REFUSED, "no namespace was entered")
        elif self._first_ping_s > ENTER_S:
            wait_s, self._first_ping_s = self._first_ping_s - ENTER_S, 0.0
            return wait_s
        else:
            self._pinged = self._awaits_pong = True
            self.write(PING, PINGS)
            return engine.ping_timeout
        return None

    def _send_close(self, code: int, reason: str = "", before: bytes = b"") -> None:
        if self._is_ending:
            return
        self.write(before + frames.close_frame(code, reason), NEEDED)
        self._is_ending = True
        if self.is_open:
            self._engine.wheel.put(self, LINGER_S)
            self._pace()

    def write(self, frame: bytes, kind: str = EVENT) -> None:
        """Send a complete frame; ignored after the last one."""
        if self._answers:
            self._flush()
        if not self._is_ending:
            super().write(frame, kind)

    @staticmethod
    def clear(lines: Iterable["Line"]) -> list["Line"]:
        """The connections without backlog, to which a frame can be written directly."""
        return [
            line
            for line in lines
            if line.direct is not None and not line._answers and not line._is_ending
        ]

    def on_sent(self) -> None:
        """The backlog is empty; a refused connection isn't waited for any longer."""
        if self._is_ending and self._receiver is None:
            self.end_writing()

    def on_lost(self) -> None:
        """The client is gone, or reads too slowly."""
        self._leave(self._engine.reason.TRANSPORT_CLOSE)

    def end(self) -> bool:
        """Release the socket; returns whether there was one."""
        if not super().end():
            return False
        self._receiver = None
        self._engine.wheel.take(self)
        self._engine.forget(self)
        return True

    def _leave(self, reason: str) -> None:
        """Queue the disconnect event behind earlier messages."""
        if not self.closed and not self.closing:
            self.closing = True
            self._put(partial(self._notify_disconnect, reason))

    def _notify_disconnect(self, reason: str) -> None:
        self._engine.trigger_disconnect(self, reason)
        self.closed = True
