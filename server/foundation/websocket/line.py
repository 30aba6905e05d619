"""One client's connection after its handshake, in place of engineio's socket and its greenlets."""

import _socket
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final, Protocol

import structlog
from engineio import packet as eio

from server.foundation.websocket import frames
from server.foundation.websocket.backlog import EVENT, NEEDED
from server.foundation.websocket.crew import Crew
from server.foundation.websocket.pipe import Pipe
from server.foundation.websocket.receiver import Message, Receiver, Violation
from server.foundation.websocket.wheel import Wheel

log = structlog.get_logger(__name__)

MOST_WAITING: Final = 32
"""Messages and handlers at work of one connection; with more than that it isn't read."""
STRANGERS_BYTES: Final = 16 * 1024
"""The most that a message may have of somebody who isn't let in anywhere yet."""
ENTER_S: Final = 10.0
"""In which a client has to enter a namespace."""
LINGER_S: Final = 3.0
"""For the client's part of the closing handshake."""
MOST_THROWN: Final = 1 << 20
"""Bytes that a client may go on sending after it was refused: what was on its way."""

PING: Final = frames.frame(frames.TEXT, b"2")
PONG: Final = b"3"
MESSAGE: Final = b"4"
ANSWER: Final = b"43/"
END: Final = frames.frame(frames.TEXT, b"1")
PINGS: Final = "ping"
PONGS: Final = "pong"

Work = Callable[[], None] | bytes
"""A message that came, or something to be done after those before it."""


class Switchboard(Protocol):
    """What a line needs of the engine."""

    loop: Any
    crew: Crew
    wheel: Wheel
    max_http_buffer_size: int
    ping_interval: float
    ping_timeout: float
    closing_code: int
    reason: Any

    def take_message(self, line: "Line", payload: bytes) -> None:
        """A whole text message, in a greenlet of the crew."""
        ...

    def took_at_once(self, line: "Line", payload: bytes) -> bool:
        """The same by the loop, for what needs no greenlet; false: it does."""
        ...

    def tell_gone(self, line: "Line", reason: str) -> None:
        """Whoever follows connections hears that this one is gone; may wait."""
        ...

    def has_entered(self, line: "Line") -> bool:
        """Whether the client is in a namespace."""
        ...

    def known(self, line: "Line") -> None:
        """The client is in a namespace."""
        ...

    def forget(self, line: "Line") -> None:
        """Its socket is closed."""
        ...


class Line(Pipe):
    """A client; `deflates`: it takes compressed messages.

    `sid`, `closed`, `connected` and the like are read by engineio.
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
        """What engineio's users keep of a client."""
        if self._session is None:
            self._session = {}
        return self._session

    @session.setter
    def session(self, session: dict[str, Any]) -> None:
        self._session = session

    def begin(self, answer: bytes, first_ping_s: float) -> None:
        """Send the end of the handshake, and read from now on."""
        self._first_ping_s = first_ping_s
        self._engine.wheel.put(self, min(first_ping_s, ENTER_S))
        self.read()
        self.write(answer, NEEDED)

    @property
    def is_ending(self) -> bool:
        """Whether the last frame was written, and the client's end is waited for."""
        return self._is_ending

    def let_in(self) -> None:
        """The client is in a namespace: its messages may be as large as all messages."""
        self._engine.known(self)
        if self._receiver is not None:
            self._receiver.limit = self._engine.max_http_buffer_size

    def send(self, pkt: Any) -> None:
        """An Engine.IO packet, as engineio and python-socketio send it."""
        encoded = pkt.encode()
        if isinstance(encoded, str):
            is_event = pkt.packet_type == eio.MESSAGE and encoded[:2] == "42"
            frame = frames.frame(frames.TEXT, encoded.encode())
            self.write(frame, EVENT if is_event else NEEDED)
        else:
            self.write(frames.frame(frames.BINARY, bytes(encoded)), NEEDED)

    def on_bytes(self, data: bytes) -> None:
        """By the loop: read frames, and put what they say where it is waited for."""
        if self._receiver is None:
            self._thrown += len(data)
            if self._thrown > MOST_THROWN:
                self.end()
            return
        found: list[Message] = []
        fault: Violation | None = None
        try:
            self._receiver.feed(data, found)
        except Violation as error:
            fault = error
        for opcode, payload in found:
            is_message = opcode == frames.TEXT and payload.startswith(MESSAGE)
            if is_message and self._socket is not None and not self._is_ending:
                # What came before is taken before.
                if self._inbox or self.closed or not self._engine.took_at_once(self, payload):
                    self._put(payload)
            else:
                self._hear(opcode, payload)
        if fault is not None:
            self.refuse(fault.code, fault.reason)

    def _hear(self, opcode: int, payload: bytes) -> None:
        if opcode == frames.CLOSE:
            if not self._is_ending:
                # A code that came is answered by the same.
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

    # What has come in, one after the other.

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
            # Whatever went wrong, the rest isn't lost with it.
            del self._inbox[:done]
            if self._inbox:
                self._engine.crew.add(self._work)
            self._flush()
            self._pace()

    def answer(self, frame: bytes) -> None:
        """Send an answer, together with those to what else has come already."""
        if self._inbox:
            self._answers.append(frame)
        else:
            self.write(frame, NEEDED)

    def _flush(self) -> None:
        if self._answers:
            together, self._answers = b"".join(self._answers), []
            self.write(together, NEEDED)

    def working(self, by: int) -> None:
        """A handler of one of its events began (1) or ended (-1)."""
        self._working += by
        self._pace()

    def _pace(self) -> None:
        """Nobody is read faster than what he says can be taken."""
        if self._working + len(self._inbox) > MOST_WAITING and not self._is_ending:
            self.read_not()
        else:
            self.read()

    # Ending.

    def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """End it from this side; with `abort` the client has said that it goes."""
        del wait  # What is said is with the kernel, or kept.
        if self.closed or self.closing:
            return
        # Told after what came before: who is being let in meanwhile would stay in for ever.
        self._leave(reason or self._engine.reason.SERVER_DISCONNECT)
        code = frames.NORMAL if abort else self._engine.closing_code
        self._say_close(code, before=b"" if abort else END)

    def refuse(self, code: int, reason: str) -> None:
        """The client broke the protocol: say by which code, and hear no more of it."""
        if self._receiver is None or not self.is_open:
            return
        self._receiver = None
        log.debug("a socket was ended", code=code, reason=reason)
        self._say_close(code, reason)
        self._leave(self._engine.reason.TRANSPORT_ERROR)
        if not self.held:
            self.on_sent()

    def cut(self) -> None:
        """Others need its place: it goes at once."""
        self.refuse(frames.REFUSED, "too many who enter nothing")
        self.end()

    def check_ping_timeout(self) -> bool:
        """Asked by engineio; the wheel does it."""
        return not self.closed

    def due(self) -> float | None:
        """By the wheel: ping, look for the answer, or end what lingers."""
        engine = self._engine
        if self._is_ending or not self.is_open:
            self.end()
        elif self._pinged and self._awaits_pong:
            self._say_close(frames.NORMAL)
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

    def _say_close(self, code: int, reason: str = "", before: bytes = b"") -> None:
        if self._is_ending:
            return
        self.write(before + frames.close_frame(code, reason), NEEDED)
        self._is_ending = True
        if self.is_open:
            self._engine.wheel.put(self, LINGER_S)
            self._pace()

    def write(self, frame: bytes, kind: str = EVENT) -> None:
        """Send a whole frame; nothing after the last one."""
        if self._answers:
            self._flush()
        if not self._is_ending:
            super().write(frame, kind)

    @staticmethod
    def clear(lines: Iterable["Line"]) -> list["Line"]:
        """Those of them to whom a frame can go out as it is: nothing has to go before it."""
        return [
            line
            for line in lines
            if line.direct is not None and not line._answers and not line._is_ending
        ]

    def on_sent(self) -> None:
        """Nothing is held up; one that broke the protocol isn't waited for any longer."""
        if self._is_ending and self._receiver is None:
            self.say_no_more()

    def on_lost(self) -> None:
        """The client is gone, or takes too little."""
        self._leave(self._engine.reason.TRANSPORT_CLOSE)

    def end(self) -> bool:
        """Give the socket back; whether there was one."""
        if not super().end():
            return False
        self._receiver = None
        self._engine.wheel.take(self)
        self._engine.forget(self)
        return True

    def _leave(self, reason: str) -> None:
        """Have it told, after what came before."""
        if not self.closed and not self.closing:
            self.closing = True
            self._put(partial(self._tell, reason))

    def _tell(self, reason: str) -> None:
        self._engine.tell_gone(self, reason)
        self.closed = True
