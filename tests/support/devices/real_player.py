"""The official Socket.IO client as a player of a server in another process."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.support.app.inventory import BoundScreen
from tests.support.devices.official_client import Client
from tests.support.devices.socket_player import BOOT, NAMESPACE
from tests.support.patience import PATIENCE_S, until


@dataclass
class RealPlayer:
    """The official client, which records the events it receives and acknowledges assignments."""

    base: str
    screen: BoundScreen
    received: list[tuple[str, Any]] = field(default_factory=list)
    client: Any = None

    def connect(self, **auth: Any) -> "RealPlayer":
        """Come online."""
        self.client = Client()
        self.client.on("*", self._receive, namespace=NAMESPACE)
        identity = {"token": self.screen.token, "boot": BOOT, "version": None, "protocol": 1}
        self.client.connect(
            self.base,
            auth={**identity, **auth},
            namespaces=[NAMESPACE],
            transports=["websocket"],
            wait_timeout=PATIENCE_S,
        )
        return self

    def _receive(self, event: str, payload: Any) -> Any:
        self.received.append((event, payload))
        if event == "assignment":
            version = json.loads(payload["assignment"])["version"]
            return {"version": version, "state": "accepted"}
        if event == "command":
            return {"ok": True, "result": payload["name"]}
        return None

    def wait_for(self, event: str, count: int = 1) -> list[Any]:
        """The payloads of an event, once there are so many."""

        def came() -> list[Any]:
            found = [payload for name, payload in self.received if name == event]
            return found if len(found) >= count else []

        return until(f"{count} times {event}", came, every_s=0.01)

    @property
    def is_connected(self) -> bool:
        """Whether its socket is there."""
        return self.client is not None and bool(self.client.connected)

    def disconnect(self) -> None:
        """Go offline."""
        if self.client is not None:
            self.client.disconnect()
