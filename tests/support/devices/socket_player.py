"""Players on the socket: the library's own test client, with a player's first messages."""

from typing import Any, cast

import gevent
from flask_socketio import SocketIOTestClient

from server.foundation.rest.flask_extensions import socketio
from tests.support.app.inventory import BoundScreen
from tests.support.app.world import World

NAMESPACE = "/screen"
LET_IN_S = 30
"""How long a client of the library's may wait for its namespace.

Its own default of a second assumes a fast machine.
"""
BOOT = "9f3c2a7be1d04c55"


class SocketPlayer:
    """One socket of a screen's player; `auth` overrides its own data."""

    def __init__(self, world: World, screen: BoundScreen, **auth: Any) -> None:
        identity = {"token": screen.token, "boot": BOOT, "version": None, "player": "1.0.0"}
        self._client = SocketIOTestClient(
            world.app, socketio, namespace=NAMESPACE, auth={**identity, "protocol": 1, **auth}
        )
        settle()

    @property
    def is_connected(self) -> bool:
        """Whether the server let it in and hasn't ended it."""
        return bool(self._client.is_connected(NAMESPACE))

    @property
    def sid(self) -> str:
        """The connection's id."""
        manager = socketio.server.manager
        return cast("str", manager.sid_from_eio_sid(self._client.eio_sid, NAMESPACE))

    def send(self, event: str, *payload: Any) -> Any:
        """Send an event; the server's answer."""
        return self._client.emit(event, *payload, namespace=NAMESPACE, callback=True)

    def received(self, event: str) -> list[Any]:
        """The payloads of an event that came since this was asked last."""
        settle()
        received = self._client.get_received(NAMESPACE)
        return [one["args"][0] for one in received if one["name"] == event]

    def leave(self) -> None:
        """Close the socket."""
        self._client.disconnect(NAMESPACE)


def settle() -> None:
    """Let background work of the sockets run."""
    gevent.sleep(0)
    gevent.sleep(0)


def beat(**changes: Any) -> dict[str, Any]:
    """A beat of a screen that plays."""
    return {"boot": BOOT, "at_mono_ms": 1, "version": 1, "state": "playing", **changes}
