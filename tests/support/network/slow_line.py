"""A slow, distant and lossy line between players and a server: a proxy of plain TCP.

TCP sends lost data again, and all that comes behind has to wait: the proxy does the same without
touching the machine's network.
"""

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from queue import Queue
from urllib.parse import urlsplit

SEGMENT = 1_400
RESENT_S = (0.2, 1.0)
"""How long TCP waits before it retransmits."""


@dataclass(frozen=True)
class Line:
    """How bad it is: latency one way (s), bytes a second each way, and the share that is lost."""

    latency_s: float = 0.0
    bytes_per_s: float = 1e9
    lost: float = 0.0


@dataclass
class _Direction:
    """One way of one connection: what comes in goes out later, in order."""

    line: Line
    source: socket.socket
    target: socket.socket
    dice: random.Random
    free_at_s: float = 0.0

    def start(self) -> None:
        """Carry on in threads of its own, until one end hangs up."""
        under_way: Queue[tuple[float, bytes]] = Queue()
        for work in (self._take, self._give):
            threading.Thread(target=work, args=(under_way,), daemon=True).start()

    def _take(self, under_way: "Queue[tuple[float, bytes]]") -> None:
        data = b"x"
        while data:
            try:
                data = self.source.recv(SEGMENT)
            except OSError:
                data = b""
            under_way.put((self._arrival_s(len(data)), data))

    def _arrival_s(self, size: int) -> float:
        now_s = time.monotonic()
        self.free_at_s = max(self.free_at_s, now_s) + size / self.line.bytes_per_s
        if self.dice.random() < self.line.lost:
            self.free_at_s += self.dice.uniform(*RESENT_S)
        return self.free_at_s + self.line.latency_s

    def _give(self, under_way: "Queue[tuple[float, bytes]]") -> None:
        while True:
            at_s, data = under_way.get()
            time.sleep(max(0.0, at_s - time.monotonic()))
            if not data:
                break
            try:
                self.target.sendall(data)
            except OSError:
                break
        for end in (self.source, self.target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def slow_line(base: str, line: Line, seed: int = 1) -> Iterator[str]:
    """An address by which a server is reached over such a line, for the length of the block."""
    place, dice = urlsplit(base), random.Random(seed)
    ends: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def welcome() -> None:
            with suppress(OSError):  # the door is closed
                while True:
                    near, _ = door.accept()
                    far = socket.create_connection((place.hostname, place.port))
                    ends.extend((near, far))
                    for source, target in ((near, far), (far, near)):
                        _Direction(line, source, target, random.Random(dice.random())).start()

        threading.Thread(target=welcome, daemon=True).start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        door.shutdown(socket.SHUT_RDWR)
    for end in ends:
        end.close()
