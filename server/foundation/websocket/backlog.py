"""What a full kernel buffer holds up: little, and of what grows old only the newest.

A frame that has gone out in part is always finished, or the stream would be broken. Of each kind
that is replaced by its newest there is one at most; other events are dropped beyond the cap, which
protocols above heal; what may not be dropped ends the connection instead.
"""

from collections.abc import Callable
from typing import Final

CAP: Final = 32 * 1024
"""Bytes of what isn't replaced by its newest."""

EVENT: Final = ""
"""The kind of what may be dropped."""
NEEDED: Final = "!"
"""The kind of what may not: handshakes and answers."""

Key = str | int
Send = Callable[[bytes], int]


class Backlog:
    """Frames of one connection in the order in which they will go out."""

    __slots__ = ("_frames", "_number", "_other", "_rest", "dropped")

    def __init__(self, rest: bytes) -> None:
        self._rest = rest
        self._frames: dict[Key, bytes] = {}
        self._other = 0
        self._number = 0
        self.dropped = 0

    def __len__(self) -> int:
        """Bytes held."""
        return len(self._rest) + sum(map(len, self._frames.values()))

    def add(self, frame: bytes, kind: str) -> bool:
        """Keep a frame, or drop it; False: it could be neither."""
        if kind not in (EVENT, NEEDED):
            self.dropped += self._frames.pop(kind, None) is not None
            self._frames[kind] = frame
            return True
        if self._other + len(frame) > CAP:
            self.dropped += 1
            return kind == EVENT
        self._number += 1
        self._frames[self._number] = frame
        self._other += len(frame)
        return True

    def flush(self, send: Send) -> bool:
        """Send what the kernel takes; whether that was all. Raises OSError."""
        while True:
            while self._rest:
                try:
                    self._rest = self._rest[send(self._rest) :]
                except BlockingIOError:
                    return False
            if not self._frames:
                return True
            key = next(iter(self._frames))
            self._rest = self._frames.pop(key)
            self._other -= len(self._rest) if isinstance(key, int) else 0
