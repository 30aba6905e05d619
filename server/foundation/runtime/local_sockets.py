"""Sockets in the data folder, by which the processes of one server reach each other."""

import hashlib
import socket
from contextlib import suppress
from pathlib import Path
from typing import Final

LONGEST_PATH: Final = 100  # sockaddr_un holds 108 bytes
DATAGRAMS: Final = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC


def local_address(data: Path, name: str) -> str:
    """Where its listener waits; a path too long for a socket gets an abstract name instead."""
    path = str(data / name)
    if len(path.encode()) < LONGEST_PATH:
        return path
    return "\0anping-" + hashlib.sha256(path.encode()).hexdigest()[:32]


def post(where: str, letter: bytes, patience_s: float = 0.0) -> None:
    """Send a datagram, waiting at most `patience_s`; dropped on errors, as without a listener."""
    # This includes EMFILE: a caller's own work is done by then and mustn't fail.
    with suppress(OSError), socket.socket(socket.AF_UNIX, DATAGRAMS) as sender:
        sender.settimeout(patience_s)
        sender.sendto(letter, where)


def listening(where: str) -> socket.socket:
    """A socket for datagrams, for this account alone; one that starts later takes its place."""
    found = socket.socket(socket.AF_UNIX, DATAGRAMS)
    is_file = not where.startswith("\0")
    if is_file:
        Path(where).unlink(missing_ok=True)
    found.bind(where)
    if is_file:
        Path(where).chmod(0o600)
    return found
