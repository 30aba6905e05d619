"""The websockets of python-socketio's own layer, made fit for those who mean harm.

As it comes, whoever sends without a pause keeps everybody else from their turn (its reader never
lets go of the loop while there is something to read), a message may grow without end before its
size is looked at, and what the kernel doesn't take at once of a frame is forgotten, so that who
reads slowly gets broken ones. That layer is reached by the one name under which Engine.IO keeps it.
"""

import time
from collections.abc import Callable
from typing import Any, Final

import gevent
from simple_websocket import Server as PlainServer

STUCK_S: Final = 30.0
"""After so long without taking anything a client is given up."""
READ_BYTES: Final = 2_048
BUSY_S: Final = 0.002
PAUSES: Final = 4
"""Whoever sends so many frames that reading them takes longer than this is read from again after
so many times as long: a player's one message takes a twentieth of it."""


class NobodyReads(OSError):
    """The client takes nothing any more."""


class WholeFrames:
    """A socket whose `send` sends everything."""

    def __init__(self, wire: Any) -> None:
        self._wire = wire

    def send(self, data: bytes) -> int:
        """All of it, however long the client takes. Raises NobodyReads if it takes nothing."""
        with gevent.Timeout(STUCK_S, NobodyReads("nobody reads")):
            self._wire.sendall(data)
        return len(data)

    def recv(self, most: int) -> bytes:
        """What is there."""
        received: bytes = self._wire.recv(most)
        return received

    def close(self) -> None:
        """Hang up."""
        self._wire.close()


class FairServer(PlainServer):  # type: ignore[misc] # the library has no types
    """One websocket: bounded messages, whole frames, and a turn for others after each reading."""

    def _handle_events(self) -> bool:
        began_s = time.perf_counter()
        goes_on: bool = super()._handle_events()
        took_s = time.perf_counter() - began_s
        gevent.sleep(took_s * PAUSES if took_s > BUSY_S else 0)
        return goes_on

    def close(self, reason: int | None = None, message: str | None = None) -> None:
        """Say goodbye if the client listens; hang up in any case."""
        try:
            super().close(reason, message)
        except OSError:
            self.connected = False
            self.sock.close()


def be_fair(server: Any) -> None:
    """Have the websockets of a `socketio.Server` be those of this module."""
    plain = server.eio._async["websocket"]
    largest = server.eio.max_http_buffer_size

    class Websocket(plain):  # type: ignore[misc, valid-type] # the library has no types
        """As Engine.IO's own, but for the server that it makes of a request."""

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
            raise StopIteration  # gunicorn's sign that the connection is no longer its own

    server.eio._async = {**server.eio._async, "websocket": Websocket}
