"""Wakes the process that holds the sockets for newer assignments.

The rows are the outbox (with growing serials); a datagram on a socket in the data folder is the
wake-up. A lost one only delays assignments until the listener's next poll.
"""

from pathlib import Path
from typing import Final

from server.foundation.core import Core
from server.foundation.runtime.local_sockets import local_address, post

SOCKET_NAME: Final = "push.sock"
KNOCK: Final = "knock"


def wake(core: Core) -> None:
    """Wake the process that pushes assignments, or each of several workers."""
    wake_here(core)
    if core.relay is not None:
        core.relay.publish(KNOCK)


def wake_here(core: Core) -> None:
    """Wake the carrier of this process, which holds the sockets."""
    if core.relay is None:
        knock(core.settings.data)
    else:
        core.relay.publish_here(KNOCK)


def knock(data: Path) -> None:
    """Wake the listener, if there is one. Never waits, never fails."""
    post(local_address(data, SOCKET_NAME), b"1")
