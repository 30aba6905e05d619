"""Bounded backlog for a full kernel buffer; of replaceable frames only the newest is kept.

A partially sent frame is always completed, as the stream would be broken otherwise. Of each
replaceable kind there is at most one; other events are dropped beyond the cap, which higher
protocols repair; if undroppable ones exceed it the connection is closed.
"""

from collections.abc import Callable
from typing import Final

CAP: Final = 32 * 1024
"""Byte limit of frames that aren't replaceable."""

EVENT: Final = ""
"""The kind of droppable frames."""
NEEDED: Final = "!"
"""The kind of undroppable frames: handshakes and answers."""

Key = str | int
Send = Callable[[bytes], int]


class Backlog:
    """Frames of one connection in the order of sending."""

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
        """Queue or drop a frame; False if neither is possible."""
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
        """Send as much as the kernel accepts; returns whether that was all. Raises OSError."""
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
