"""A fast path for the most frequent events, without a greenlet or Flask request for each."""

from flask_socketio import SocketIO

from server.foundation.core import Core
from server.foundation.websocket.dispatch import Answer
from server.foundation.websocket.start import answer_briefly
from server.gateway.connection import handlers
from server.gateway.connection.messages import Beat, ClockQuestion, Malformed, Message, read_body
from server.gateway.connection.socket_sender import NAMESPACE
from server.gateway.connection.sockets import answer_or_error, let_in
from server.gateway.connection.state import Live
from server.playlog.ingest.service import take_in_later


def take_briefly(core: Core, live: Live, socketio: SocketIO) -> None:
    """Register handlers for `clock`, `beat` and `plays` below Flask-SocketIO.

    Invalid ones (no link, a malformed message) go to the namespace, which answers the error;
    `plays` are answered by the committer after the commit. Connects and disconnects bypass Flask in
    any case, since thousands reconnect at once.
    """
    brief = _Brief(core, live, socketio)
    socketio.server.on("connect", brief.connect, namespace=NAMESPACE)
    socketio.server.on("disconnect", brief.disconnect, namespace=NAMESPACE)
    answer_briefly(socketio, NAMESPACE, "clock", brief.clock)
    answer_briefly(socketio, NAMESPACE, "beat", brief.beat)
    answer_briefly(socketio, NAMESPACE, "plays", brief.plays)


class _Brief:
    """Handlers return False, with no effect, for events that the namespace must answer."""

    def __init__(self, core: Core, live: Live, socketio: SocketIO) -> None:
        self._core = core
        self._live = live
        self._socketio = socketio

    def connect(self, sid: str, _environ: object, auth: object = None) -> None:
        let_in(self._core, self._live, self._socketio, sid, auth)

    def disconnect(self, sid: str, _reason: object = None) -> None:
        handlers.farewell(self._core, self._live, sid)

    def clock(self, sid: str, body: bytes, answer: Answer) -> bool:
        question = _read(ClockQuestion, body)
        if question is None or self._live.presence.link(sid) is None:
            return False
        answer(handlers.answer_clock(self._core, question))
        return True

    def beat(self, sid: str, body: bytes, answer: Answer) -> bool:
        link, beat = self._live.presence.link(sid), _read(Beat, body)
        if link is None or beat is None:
            return False
        answer(
            answer_or_error(
                lambda: handlers.take_beat(self._core, self._live, link.screen_id, beat)
            )
        )
        return True

    def plays(self, sid: str, body: bytes, answer: Answer) -> bool:
        link = self._live.presence.link(sid)
        if link is None:
            return False
        take_in_later(self._core, self._live.playback, link.screen, body, answer)
        return True


def _read(form: type[Message], body: bytes) -> Message | None:
    try:
        return read_body(form, body)
    except Malformed:
        return None
