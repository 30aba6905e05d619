"""Hardens the WebSockets of python-socketio's own layer against abusive clients.

Unmodified, a client that sends continuously starves all others (its reader never yields while there
is input), a message grows without limit before its size is checked, and the rest of a partially
accepted frame is lost, so that slow readers get corrupt ones. The layer is reached by the one name
under which Engine.IO keeps it.
"""

import time
from collections.abc import Callable
from typing import Any, Final

import gevent
from simple_websocket import Server as PlainServer

STUCK_S: Final = 30.0
"""Seconds without any accepted byte after which a client is given up."""
READ_BYTES: Final = 2_048
BUSY_S: Final = 0.002
PAUSES: Final = 4
"""Pause after a read of more than BUSY_S, as a multiple of its time.

A player's single message takes a twentieth of BUSY_S.
"""


class NobodyReads(OSError):
    """The client has stopped reading."""


class WholeFrames:
    """A socket whose `send` sends everything."""

    def __init__(self, wire: Any) -> None:
        self._wire = wire

    def send(self, data: bytes) -> int:
        """Send all of it, however long that takes. Raises NobodyReads if nothing is accepted."""
        with gevent.Timeout(STUCK_S, NobodyReads("nobody reads")):
            self._wire.sendall(data)
        return len(data)

    def recv(self, most: int) -> bytes:
        """The available bytes."""
        received: bytes = self._wire.recv(most)
        return received

    def close(self) -> None:
        """Close the socket."""
        self._wire.close()


class FairServer(PlainServer):  # type: ignore[misc] # the library has no types
    """A WebSocket with bounded messages, complete frames, and a yield after each read."""

    def _handle_events(self) -> bool:
        began_s = time.perf_counter()
        goes_on: bool = super()._handle_events()
        took_s = time.perf_counter() - began_s
        gevent.sleep(took_s * PAUSES if took_s > BUSY_S else 0)
        return goes_on

    def close(self, reason: int | None = None, message: str | None = None) -> None:
        """Send a close frame if the client reads; close the socket in any case."""
        try:
            super().close(reason, message)
        except OSError:
            self.connected = False
            self.sock.close()


def be_fair(server: Any) -> None:
    """Make a `socketio.Server` use the WebSockets of this module."""
    plain = server.eio._async["websocket"]
    largest = server.eio.max_http_buffer_size

    class Websocket(plain):  # type: ignore[misc, valid-type] # the library has no types
        """As Engine.IO's own, except the server that it creates from a request."""

        def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
            if "gunicorn.socket" not in environ:  # another server, in development
                return super().__call__(environ, start)
            wire = WholeFrames(environ["gunicorn.socket"])
            self.ws = FairServer(
                {**environ, "gunicorn.socket": wire},
                max_message_size=largest,
                receive_bytes=READ_BYTES,
                **self.server_args,
            )
            self.app(self)
            raise StopIteration  # gunicorn's signal that the connection is no longer its own

    server.eio._async = {**server.eio._async, "websocket": Websocket}
