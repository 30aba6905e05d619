"""Closes connections that send invalid messages, with one line in the log.

python-socketio would log a traceback for each and continue; it would also wait for any number of
announced binary attachments, and run connect and disconnect handlers for events of these names.
"""

from collections.abc import Callable
from typing import Any, Final

import structlog

log = structlog.get_logger(__name__)

# Packet types 5 and 6 announce attachments, which our protocol doesn't have.
BINARY: Final = ("5", "6")
# Exceptions of the library's decoder for garbage.
UNREADABLE: Final = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RecursionError,
)
# Events that the library triggers itself; no client may send them.
ITS_OWN: Final = frozenset({"connect", "disconnect", "connect_error", "*"})
LONGEST_REASON: Final = 200


def be_strict(server: Any) -> None:
    """Make a `socketio.Server` close connections that send invalid messages."""
    take, act = server.eio.handlers["message"], server._handle_event

    def read(eio_sid: str, data: str | bytes) -> None:
        try:
            if not isinstance(data, str) or data.startswith(BINARY):
                raise ValueError("binary")
            take(eio_sid, data)
        except UNREADABLE as error:
            log.info("socket_message_malformed", reason=repr(error)[:LONGEST_REASON])
            _end(server, eio_sid)

    server.eio.on("message", read)
    server._handle_event = _of_clients(act)


def _of_clients(act: Callable[..., None]) -> Callable[..., None]:
    """Accept only events with a name that isn't one of the library's own."""

    def handle(eio_sid: str, namespace: str | None, number: int | None, data: Any) -> None:
        name = data[0] if isinstance(data, list) and data else None
        if not isinstance(name, str) or name in ITS_OWN:
            raise ValueError("no event")
        act(eio_sid, namespace, number, data)

    return handle


def _end(server: Any, eio_sid: str) -> None:
    """In the background, as its last frame may have to wait."""
    server.start_background_task(server.eio.disconnect, eio_sid)
