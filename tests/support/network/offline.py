"""Runs a command where nothing but the machine itself can be reached.

`python -m tests.support.network.offline COMMAND ...`, as root: its network namespace has one
interface,
`lo`, and no route to anywhere.
"""

import ctypes
import fcntl
import os
import socket
import struct
import sys
from typing import Final

CLONE_NEWNET: Final = 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS, UP = 0x8913, 0x8914, 0x1


def leave_the_network() -> None:
    """From now on nothing of this process and its children goes out."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), "unshare")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        asked = struct.pack("16sH14x", b"lo", 0)
        (flags,) = struct.unpack("16xH14x", fcntl.ioctl(door, SIOCGIFFLAGS, asked))
        fcntl.ioctl(door, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | UP))


if __name__ == "__main__":
    leave_the_network()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - what it is for
