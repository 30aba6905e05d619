"""Sends to players' sockets, best effort; losses are repaired by versions."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from flask_socketio import SocketIO

from server.foundation.websocket.rooms import Ask
from server.foundation.websocket.start import ask_each
from server.gateway.connection.presence import Link
from server.publishing.queries import Outgoing

if TYPE_CHECKING:
    from server.gateway.workers.shared_presence import FarLink

NAMESPACE: Final = "/screen"
NEWEST_ONLY: Final = frozenset({"assignment", "manifest"})
"""Events of which only the newest is queued for slow readers."""


class Players:
    """The sockets of this process, through Flask-SocketIO.

    Sockets of other workers are reached through the relay.
    """

    def __init__(self, socketio: SocketIO) -> None:
        self._socketio = socketio

    def send(self, event: str, payload: Any, links: Sequence[Link]) -> None:
        """Send one frame to all of these sockets."""
        if len(links) == 1 and links[0].is_far:
            cast("FarLink", links[0]).send(event, payload)
        elif links:
            self._socketio.server.emit(
                event, payload, to=[link.sid for link in links], namespace=NAMESPACE
            )

    def assign(self, orders: Sequence[tuple[Outgoing, Link, Callable[..., None]]]) -> None:
        """Send assignments; the third element is called with the player's receipt."""
        asks = [Ask(link.sid, row.message(), receipt) for row, link, receipt in orders]
        ask_each(self._socketio, "assignment", NAMESPACE, asks)

    def call(self, event: str, payload: Any, link: Link, timeout_s: float) -> Any:
        """Send and wait for the answer. Raises socketio.exceptions.TimeoutError."""
        if link.is_far:
            return cast("FarLink", link).call(event, payload, timeout_s)
        return self._socketio.server.call(
            event, payload, to=link.sid, namespace=NAMESPACE, timeout=timeout_s
        )

    def close(self, sid: str) -> None:
        """Close a connection, in the background as its last frame may have to wait.

        Closes the transport, not the namespace: clients reconnect only after the former.
        """
        self._socketio.start_background_task(self._close, sid)

    def _close(self, sid: str) -> None:
        server = self._socketio.server
        connection = server.manager.eio_sid_from_sid(sid, NAMESPACE)
        if connection is not None:
            server.eio.disconnect(connection)
