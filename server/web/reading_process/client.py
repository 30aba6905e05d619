"""The web worker's end: forwards requests to the reading process, and answers 503 without it.

Everything here waits cooperatively. The number of waiting calls and their time are bounded; the
work for the reading process meanwhile takes less than 5 ms of the worker's loop.
"""

import socket
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from flask import Flask, Response, current_app, g, request

from server.foundation.errors import Busy
from server.foundation.i18n import Sentence
from server.foundation.runtime.turns import Turns
from server.monitoring.fleet.current_status import StatesCache
from server.monitoring.fleet.status import State
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.upkeep import catch_up
from server.web.health import READING as KEY
from server.web.reading_process.frames import (
    Broken,
    Call,
    ContactsAnswer,
    ContactsQuery,
    Done,
    End,
    Follow,
    Head,
    Health,
    Line,
    Piece,
    Ping,
    ReadingFrame,
    Refused,
    States,
    StatesQuery,
    address,
    is_ours,
)
from server.web.reading_process.presence import contacts_answer
from server.web.reading_process.routes import ANYBODYS, AT_NEED, TABLES, is_answered_there

if TYPE_CHECKING:
    from server.foundation.core import Core
    from server.gateway.connection.state import Live

AT_ONCE: Final = 12
WAITING: Final = 60
TURN_S: Final = 20.0
OF_STRANGERS: Final = 2
"""Of those at once who haven't signed in, and read what the API is."""
SOON_S: Final = 2.0
STREAMS: Final = 32
"""Answers that are still being sent, as long exports are, at most."""
CONNECT_S: Final = 1.0
SILENCE_S: Final = 180.0
"""A workbook of a million plays is made for so long before its first byte."""
STATES_TIMEOUT_S: Final = 10.0
STATES_KEPT_MS: Final = 2_000
START_S: Final = 30.0
PAUSE_S: Final = 0.1
AWAY: Final = Sentence(
    "报表和查询正在恢复，请稍候几秒；屏幕播放、上报和紧急插播不受影响。",
    "Reports and lists are coming back, in some seconds; playing, counting and takeovers go on.",
)
MANY: Final = Sentence(
    "同时查询的人太多，请稍后重试。", "Too many questions at once: try again shortly."
)
YES: Final = frozenset({"1", "true", "t", "yes", "y", "on"})
Handlers = Mapping[type[Any], Callable[[Any], Done | ContactsAnswer]]
"""The worker's answer to each kind of question; may raise Busy."""


class ReadingAway(Busy):
    """The reading process isn't there; it is being started again."""

    title = Sentence("查询暂时不可用", "Reports are away for a moment")
    default_code = "reading_away"

    def __init__(self) -> None:
        super().__init__(AWAY, retry_after_s=5)


class Body:
    """The body of an answer as it comes; raises Broken if it ends before its end.

    One with a length ends with its last byte, without waiting for the end frame: the browser has
    all of it then, and its next request on the same connection would wait unread.
    """

    def __init__(
        self,
        line: Line,
        length: int | None,
        next_frame: Callable[[Line], Any],
        over: Callable[[], None],
    ) -> None:
        self._line = line
        self._left = length
        self._next_frame = next_frame
        self._over: Callable[[], None] | None = over

    def __iter__(self) -> "Body":
        """Itself."""
        return self

    def __next__(self) -> bytes:
        """The next piece."""
        if self._over is None:
            raise StopIteration
        try:
            frame = self._next_frame(self._line)
        except BaseException:
            self.close()
            raise
        if isinstance(frame, Piece):
            self._note(len(frame.content))
            return frame.content
        self.close()
        if isinstance(frame, End):
            raise StopIteration
        raise Broken

    def _note(self, size: int) -> None:
        if self._left is not None:
            self._left -= size
            if self._left <= 0:
                self.close()

    def close(self) -> None:
        """Hang up, at the end or before it."""
        over, self._over = self._over, None
        if over is not None:
            self._line.close()
            over()


class ReadingClient:
    """Asks the reading process of a data folder; it may come and go."""

    def __init__(self, where: str, handlers: Handlers) -> None:
        self._where = where
        self._handlers = handlers
        self._turns = Turns(AT_ONCE, WAITING, TURN_S, MANY)
        self._strangers = Turns(OF_STRANGERS, 2 * OF_STRANGERS, TURN_S, MANY)
        self._streams = 0
        self._come_by_s = time.monotonic() + START_S
        self.failures = 0
        """Calls that it didn't answer."""
        self.is_away = False
        """Whether it didn't answer the last one."""

    @property
    def calls(self) -> int:
        """The number of calls waiting or being answered."""
        return self._turns.there + self._strangers.there + self._streams

    def answer(self, call: Call) -> tuple[Head, Body]:
        """The head of an answer, and its body, to be read to its end or closed.

        Raises ReadingAway, and Busy where too many ask.
        """
        turns = self._strangers if call.actor is None else self._turns
        with turns.turn():
            if self._streams >= STREAMS:
                raise Busy(MANY)
            return self._answer(call, SILENCE_S, self._come_by_s)

    def answer_soon(self, call: Call) -> tuple[Head, Body]:
        """The same for what can be done without it: past all who wait, or not at all.

        Raises ReadingAway.
        """
        return self._answer(call, SOON_S, 0.0)

    def _answer(self, call: Call, silence_s: float, come_by_s: float) -> tuple[Head, Body]:
        line = self._connected(silence_s, come_by_s)
        try:
            line.send(call)
            head = self._next(line)
            if isinstance(head, Refused):
                raise head.error()
            if not isinstance(head, Head):
                raise Broken
        except Broken as error:
            line.close()
            self._note_away()
            if call.writes:  # it may have been done, so the client must not simply retry
                raise
            raise ReadingAway from error
        except BaseException:
            line.close()
            raise
        self._streams += 1
        self.is_away = False
        return head, Body(line, head.length, self._next, self._end_stream)

    def health(self) -> Health | None:
        """Its health; None if it isn't there."""
        found = self._asked(Ping(), CONNECT_S)
        return found if isinstance(found, Health) else None

    def states(self) -> Mapping[int, State] | None:
        """The states of all screens; None if the reading process isn't there."""
        found = self._asked(StatesQuery(), STATES_TIMEOUT_S)
        return found.states if isinstance(found, States) else None

    def _asked(self, question: Ping | StatesQuery, silence_s: float) -> Any:
        """The answer to a question of our own; None if the reading process isn't there."""
        try:
            line = self._connected(silence_s, 0.0)
        except ReadingAway:
            return None
        try:
            line.send(question)
            found = line.next()
        except Broken:
            return None
        finally:
            line.close()
        self.is_away = False
        return found

    def _end_stream(self) -> None:
        self._streams -= 1

    def _next(self, line: Line) -> Any:
        """The next frame that is no question; questions are answered."""
        while True:
            frame = line.next()
            handler = self._handlers.get(type(frame))
            if handler is None:
                return frame
            try:
                line.send(handler(frame))
            except Busy as error:
                line.send(Refused.of(error))

    def _connected(self, silence_s: float, come_by_s: float) -> Line:
        """A line to it. While this process starts, who calls waits for the other to come."""
        while True:
            try:
                connection = _connection(self._where)
            except OSError as error:
                if time.monotonic() > come_by_s:
                    self._note_away()
                    raise ReadingAway from error
                time.sleep(PAUSE_S)
            else:
                self._come_by_s = 0.0
                connection.settimeout(silence_s)
                return Line(connection, ReadingFrame)

    def _note_away(self) -> None:
        self.failures += 1
        self.is_away = True


def _connection(where: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        connection.setblocking(False)
        _connect(connection, where)
        if not is_ours(connection):
            raise Broken
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(connection: socket.socket, where: str) -> None:
    """Connect; retries with pauses for `CONNECT_S` while the backlog of a stalled process is full.

    gevent itself tries again at once, which would keep a processor busy.
    """
    until_s = time.monotonic() + CONNECT_S
    while True:
        try:
            connection.connect(where)
        except BlockingIOError:
            if time.monotonic() > until_s:
                raise
            time.sleep(PAUSE_S)
        else:
            return


class AskedStates(StatesCache):
    """The states of all screens, which for thousands take a while: the reading process has them."""

    def __init__(self, reading: ReadingClient) -> None:
        super().__init__(lambda _core, _parts: reading.states(), kept_ms=STATES_KEPT_MS)


def init_reading(app: Flask) -> None:
    """Have requests answered by the reading process where the app asks one.

    After the wiring that recognises people.
    """
    app.before_request(_answered_there)


def ask_reading_process(app: Flask) -> None:
    """From now on it does: that of the data folder."""
    core = cast("Core", app.extensions["anping"])
    parts, live = playback_of(app), cast("Live", app.extensions["anping.live"])

    def follow(asked: Follow) -> Done:
        catch_up(parts, asked.stamps)
        return Done()

    def answer_contacts(asked: ContactsQuery) -> ContactsAnswer:
        return contacts_answer(live.presence, asked, core.clock.now_ms())

    handlers: Handlers = {Follow: follow, ContactsQuery: answer_contacts}
    reading = app.extensions[KEY] = ReadingClient(address(core.settings.data), handlers)
    parts.remember(StatesCache, AskedStates(reading))


def reading_of(app: Flask) -> ReadingClient | None:
    """The one of an app; None where the app answers everything itself."""
    return app.extensions.get(KEY)


def _answered_there() -> Response | None:
    reading, endpoint = reading_of(current_app), request.endpoint or ""
    view = current_app.view_functions.get(endpoint)
    if reading is None or view is None:
        return None
    if not is_answered_there(endpoint, request.method, view):
        return None
    if g.get("actor") is None and endpoint not in ANYBODYS:
        return None  # its guard refuses, or redirects to the sign-in page
    if endpoint not in AT_NEED:
        head, body = reading.answer(_call())
        return Response(body, status=head.status, headers=head.headers)
    try:
        head, body = reading.answer_soon(_call())
        # Whole, as it can still be made here if it breaks off.
        return Response([*body], status=head.status, headers=head.headers)
    except (ReadingAway, Broken):
        return None


def _call() -> Call:
    texts = {name: text for name, text in request.environ.items() if isinstance(text, str)}
    return Call(
        texts,
        request.get_data(),
        g.get("actor"),
        g.get("language"),
        g.csrf_token,
        writes=request.endpoint in TABLES and request.args.get("dry_run", "").lower() not in YES,
    )
