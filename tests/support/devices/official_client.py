"""The official Socket.IO client, with its socket closed by whichever side ends the connection.

When the server ends it first, the library leaves the socket to the garbage collector, which warns
of it in the middle of another test.
"""

from typing import Any

import engineio
import socketio


class Client(socketio.Client):  # type: ignore[misc] # the library has no types
    """It stays away once it is disconnected."""

    def __init__(self) -> None:
        super().__init__(reconnection=False)

    def _engineio_client_class(self) -> type[Any]:
        return _Engine


class _Engine(engineio.Client):  # type: ignore[misc] # the library has no types
    def _reset(self) -> None:
        super()._reset()
        if self.ws is not None:
            self.ws.shutdown()
