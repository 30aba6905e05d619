"""The namespace `/screen`: parses each event, calls one use case, and answers."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import structlog
from flask import request
from flask_socketio import ConnectionRefusedError as RefusedConnection
from flask_socketio import Namespace, SocketIO
from sqlalchemy.exc import SQLAlchemyError

from server.foundation.core import Core
from server.foundation.errors import AnpingError, Busy, Unauthorized
from server.foundation.lock_patience import one_request
from server.foundation.rest.flask_extensions import core
from server.foundation.websocket.start import soon
from server.gateway.connection import handlers
from server.gateway.connection.messages import Beat, ClockQuestion, Switched, read, refusal
from server.gateway.connection.presence import Link
from server.gateway.connection.push import send_pending
from server.gateway.connection.socket_sender import Players
from server.gateway.connection.state import Live, live
from server.inventory.enrolment.credentials import UNKNOWN
from server.playlog.ingest.service import refusal as refused_plays

log = structlog.get_logger(__name__)


class ScreenNamespace(Namespace):  # type: ignore[misc] # the library has no types
    """Handlers by the names of the events."""

    def on_connect(self, auth: object = None) -> None:
        """Accept the player, or refuse with `data.code`; pending messages follow at once."""
        sid = str(request.sid)  # type: ignore[attr-defined] # Flask-SocketIO adds sid to the request
        let_in(core(), live(), self.socketio, sid, auth)

    def on_disconnect(self, _reason: object = None) -> None:
        """Remove the socket."""
        handlers.farewell(core(), live(), str(request.sid))  # type: ignore[attr-defined] # Flask-SocketIO adds sid to the request

    def on_clock(self, *sent: object) -> Mapping[str, Any]:
        """An exchange of clocks."""
        return answered(lambda _: handlers.answer_clock(core(), read(ClockQuestion, first(sent))))

    def on_beat(self, *sent: object) -> Mapping[str, Any]:
        """A sign of life."""
        return answered(
            lambda link: handlers.take_beat(core(), live(), link.screen_id, read(Beat, first(sent)))
        )

    def on_plays(self, *sent: object) -> Mapping[str, Any]:
        """A batch of plays."""
        payload = first(sent)
        return answered(
            lambda link: handlers.take_plays(core(), live(), link.screen, payload),
            lambda error: refused_plays(error, payload),
        )

    def on_switched(self, *sent: object) -> Mapping[str, Any]:
        """Another manifest is on air."""
        return answered(
            lambda link: handlers.take_switched(
                core(), live(), link.screen_id, read(Switched, first(sent))
            )
        )


def let_in(core: Core, live: Live, socketio: SocketIO, sid: str, auth: object) -> None:
    """Accept a player by its id; pending messages follow. Raises RefusedConnection."""
    try:
        link, replaced = handlers.welcome(core, live, sid, auth)
    except handlers.Refused as error:
        raise RefusedConnection(error.code, {"code": error.code}) from error
    players = Players(socketio)
    for former in replaced:
        players.close(former)
    # The handshake ends when this returns, so pushes are scheduled just after it.
    soon(socketio, partial(send_pending, core, live, players, link))


def first(sent: tuple[object, ...]) -> object:
    """The payload of an event; a client may have sent none, or several."""
    return sent[0] if sent else None


def answered(
    act: Callable[[Link], Mapping[str, Any]],
    error_reply: Callable[[AnpingError], Mapping[str, Any]] = refusal,
) -> Mapping[str, Any]:
    """The use case's answer for this client, or `{"error": {...}}`; never an exception."""
    link = live().presence.link(str(request.sid))  # type: ignore[attr-defined] # Flask-SocketIO adds sid to the request
    return answer_or_error(lambda: act(require_link(link)), error_reply)


def require_link(link: Link | None) -> Link:
    """The client's link. Raises Unauthorized if it wasn't accepted."""
    if link is None:
        raise Unauthorized(UNKNOWN)
    return link


def answer_or_error(
    act: Callable[[], Mapping[str, Any]],
    error_reply: Callable[[AnpingError], Mapping[str, Any]] = refusal,
) -> Mapping[str, Any]:
    """The use case's answer, or `{"error": {...}}`; never an exception."""
    try:
        with one_request():
            return act()
    except AnpingError as error:
        return error_reply(error)
    except SQLAlchemyError as error:
        log.error("socket_message_failed", exc_info=error)
        return error_reply(Busy())
