"""Open pages of people on the namespace `/console`: the library's own test client."""

from typing import Any

from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient

from server.foundation.rest.flask_extensions import socketio
from server.gateway.page_hints.namespace import NAMESPACE, give_hints
from tests.support.app.world import World
from tests.support.devices.socket_player import settle

OURS = "http://localhost"


class OpenPage:
    """One page's socket, opened with the cookies of a browser."""

    def __init__(
        self, world: World, browser: FlaskClient, *topics: str, origin: str = OURS
    ) -> None:
        self._client = SocketIOTestClient(
            world.app,
            socketio,
            namespace=NAMESPACE,
            headers={"Origin": origin},
            flask_test_client=browser,
        )
        settle()
        self.follows: list[str] = []
        if topics and self.is_open:
            self.follows = self.send("watch", {"topics": list(topics)})["topics"]

    @property
    def is_open(self) -> bool:
        """Whether the server let it in and hasn't ended it."""
        return bool(self._client.is_connected(NAMESPACE))

    def send(self, event: str, payload: Any) -> Any:
        """Send an event; the server's answer."""
        return self._client.emit(event, payload, namespace=NAMESPACE, callback=True)

    def received_topics(self) -> list[str]:
        """The topics of the hints that came since this was asked last."""
        settle()
        received = self._client.get_received(NAMESPACE)
        return [one["args"][0]["topic"] for one in received if one["name"] == "hint"]

    def leave(self) -> None:
        """Close the page."""
        self._client.disconnect(NAMESPACE)


def notify_pages(world: World, at_s: float) -> None:
    """One round of the server's change notices, at an instant of its own count."""
    give_hints(world.core, socketio, world.app, at_s)
    settle()
