"""Wakes the process that holds the sockets for newer assignments.

The rows are the outbox (with growing serials); a datagram on a socket in the data folder is the
wake-up. A lost one only delays assignments until the listener's next poll.
"""

import hashlib
import socket
from contextlib import suppress
from pathlib import Path
from typing import Final

from server.foundation.core import Core

SOCKET_NAME: Final = "push.sock"
KNOCK: Final = "knock"
LONGEST_PATH: Final = 100  # sockaddr_un holds 108 bytes


def wake(core: Core) -> None:
    """Wake the process that pushes assignments, or each of several workers."""
    if core.relay is None:
        knock(core.settings.data)
    else:
        core.relay.tell_here(KNOCK)
        core.relay.tell(KNOCK)


def wake_here(core: Core) -> None:
    """Wake the carrier of this process, which holds the sockets."""
    if core.relay is None:
        knock(core.settings.data)
    else:
        core.relay.tell_here(KNOCK)


def knock(data: Path) -> None:
    """Wake the listener, if there is one. Never waits, never fails."""
    kind = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC
    # Errors are ignored, also if no more files can be opened: the rows are written in any case.
    with suppress(OSError), socket.socket(socket.AF_UNIX, kind) as sender:
        sender.setblocking(False)
        sender.sendto(b"1", address(data))


def address(data: Path) -> str:
    """The listener's socket; too long a path is replaced by an abstract name."""
    path = str(data / SOCKET_NAME)
    if len(path.encode()) < LONGEST_PATH:
        return path
    return "\0anping-" + hashlib.sha256(path.encode()).hexdigest()[:32]
