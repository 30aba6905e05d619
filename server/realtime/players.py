"""Sends to players' sockets; what can't be sent is lost, and heals by versions."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from flask_socketio import SocketIO

from server.loops.queries import Outgoing
from server.realtime.presence import Link

NAMESPACE: Final = "/screen"


class Players:
    """The sockets of this process behind a Flask-SocketIO object."""

    def __init__(self, socketio: SocketIO) -> None:
        self._socketio = socketio

    def send(self, event: str, payload: Any, links: Sequence[Link]) -> None:
        """One frame for all of these sockets."""
        if links:
            self._socketio.server.emit(
                event, payload, to=[link.sid for link in links], namespace=NAMESPACE
            )

    def assign(self, row: Outgoing, link: Link, receipt: Callable[..., None]) -> None:
        """Send an assignment; `receipt` gets what the player answers."""
        self._socketio.server.emit(
            "assignment", row.message(), to=link.sid, namespace=NAMESPACE, callback=receipt
        )

    def call(self, event: str, payload: Any, link: Link, timeout_s: float) -> Any:
        """Send and wait for the answer. Raises socketio.exceptions.TimeoutError."""
        return self._socketio.server.call(
            event, payload, to=link.sid, namespace=NAMESPACE, timeout=timeout_s
        )

    def close(self, sid: str) -> None:
        """End a connection, in the background as its last frame may have to wait.

        The transport is closed, not the namespace: a client comes back by itself after the
        former, and never after the latter.
        """
        self._socketio.start_background_task(self._close, sid)

    def _close(self, sid: str) -> None:
        server = self._socketio.server
        connection = server.manager.eio_sid_from_sid(sid, NAMESPACE)
        if connection is not None:
            server.eio.disconnect(connection)
