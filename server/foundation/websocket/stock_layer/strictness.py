"""What is no message of ours ends its connection, with one line in the log.

python-socketio would write a traceback for each and go on; it would also wait for as many binary
attachments as a client announces, and run the handlers of connecting and leaving for an event that
merely calls itself so.
"""

from collections.abc import Callable
from typing import Any, Final

import structlog

log = structlog.get_logger(__name__)

# Types 5 and 6 of Socket.IO announce attachments, of which our protocol has none.
BINARY: Final = ("5", "6")
# What the library's decoder raises at garbage, as it comes.
UNREADABLE: Final = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RecursionError,
)
# Of these the library tells by itself; no client does.
ITS_OWN: Final = frozenset({"connect", "disconnect", "connect_error", "*"})
LONGEST_REASON: Final = 200


def be_strict(server: Any) -> None:
    """Have a `socketio.Server` end the connections of those who send what can't be read."""
    take, act = server.eio.handlers["message"], server._handle_event

    def read(eio_sid: str, data: str | bytes) -> None:
        try:
            if not isinstance(data, str) or data.startswith(BINARY):
                raise ValueError("binary")
            take(eio_sid, data)
        except UNREADABLE as error:
            log.info("a message can't be read", reason=repr(error)[:LONGEST_REASON])
            _end(server, eio_sid)

    server.eio.on("message", read)
    server._handle_event = _of_clients(act)


def _of_clients(act: Callable[..., None]) -> Callable[..., None]:
    """Events that a client may say: with a name, and not one of the library's own."""

    def handle(eio_sid: str, namespace: str | None, number: int | None, said: Any) -> None:
        name = said[0] if isinstance(said, list) and said else None
        if not isinstance(name, str) or name in ITS_OWN:
            raise ValueError("no event")
        act(eio_sid, namespace, number, said)

    return handle


def _end(server: Any, eio_sid: str) -> None:
    """In the background, as its last frame may have to wait."""
    server.start_background_task(server.eio.disconnect, eio_sid)
