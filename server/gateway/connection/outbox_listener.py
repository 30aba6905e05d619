"""Waits for wake-ups by writers of the outbox.

They come as datagrams in the data folder, or through Redis with several workers.
"""

import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from server.foundation.core import Core
from server.foundation.runtime.local_sockets import listening, local_address
from server.publishing.assignments.outbox import KNOCK, SOCKET_NAME

if TYPE_CHECKING:
    from server.foundation.workers.relay import Relay


def listener(core: Core) -> "Listener | Doorbell":
    """The one for this process."""
    return Listener(core.settings.data) if core.relay is None else Doorbell(core.relay)


class Doorbell:
    """Woken by any worker or job."""

    def __init__(self, relay: "Relay") -> None:
        self._rung = threading.Event()
        relay.listen(KNOCK, lambda _worker, _payload: self._rung.set())

    def wait(self, timeout_s: float) -> bool:
        """Whether a wake-up came within that time."""
        return self._rung.wait(timeout_s)

    def drain(self) -> None:
        """Discard further wake-ups."""
        self._rung.clear()


class Listener:
    """One socket; a later listener takes over its address."""

    def __init__(self, data: Path) -> None:
        self._socket = listening(local_address(data, SOCKET_NAME))

    def wait(self, timeout_s: float) -> bool:
        """Whether a wake-up came within that time."""
        self._socket.settimeout(timeout_s)
        try:
            return bool(self._socket.recv(16))
        except TimeoutError:
            return False

    def drain(self) -> None:
        """Discard further wake-ups: one read of the outbox serves them all."""
        self._socket.setblocking(False)
        with suppress(BlockingIOError):
            while self._socket.recv(16):
                pass

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()
