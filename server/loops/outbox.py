"""Tells the process that holds the sockets that there are newer assignments.

The rows are the outbox (their serials grow); a datagram on a socket in the data folder is the
wake-up. Nobody may be listening, and a lost knock costs no more than the listener's next look.
"""

import hashlib
import socket
from pathlib import Path
from typing import Final

SOCKET_NAME: Final = "push.sock"
LONGEST_PATH: Final = 100  # sockaddr_un holds 108 bytes


def knock(data: Path) -> None:
    """Wake the listener, if there is one. Never waits, never fails."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
        sender.setblocking(False)
        try:
            sender.sendto(b"1", address(data))
        except OSError:
            return


def address(data: Path) -> str:
    """Where the listener waits; a path too long for a socket gets an abstract name instead."""
    path = str(data / SOCKET_NAME)
    if len(path.encode()) < LONGEST_PATH:
        return path
    return "\0anping-" + hashlib.sha256(path.encode()).hexdigest()[:32]
