"""Waits for the knock of whoever wrote assignments, on a datagram socket in the data folder."""

import socket
from contextlib import suppress
from pathlib import Path

from server.loops.outbox import address


class Listener:
    """One socket; a listener that starts later takes the place over."""

    def __init__(self, data: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        where = address(data)
        if not where.startswith("\0"):
            Path(where).unlink(missing_ok=True)
        self._socket.bind(where)
        if not where.startswith("\0"):
            Path(where).chmod(0o600)

    def wait(self, timeout_s: float) -> bool:
        """Whether somebody knocked within that time."""
        self._socket.settimeout(timeout_s)
        try:
            return bool(self._socket.recv(16))
        except TimeoutError:
            return False

    def drain(self) -> None:
        """Forget further knocks: one look answers them all."""
        self._socket.setblocking(False)
        with suppress(BlockingIOError):
            while self._socket.recv(16):
                pass

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()
