"""Remembers the chain head before each event of a boot, in 40 bytes an event."""

from array import array
from bisect import bisect_left
from typing import Final

HEAD: Final = 32


class Rests:
    """The heads before the events of one boot, by sequence number."""

    def __init__(self) -> None:
        self._seqs = array("q")
        self._heads = bytearray()

    def clear(self) -> None:
        """Start another boot."""
        self._seqs, self._heads = array("q"), bytearray()

    def note(self, seq: int, before: str) -> None:
        """Record the head (hex) before an event. Events come in order; repetitions are ignored."""
        if self._seqs and seq <= self._seqs[-1]:
            return
        head = _bytes(before)
        if head is not None:
            self._seqs.append(seq)
            self._heads += head

    def differs(self, seq: int, before: str) -> bool:
        """Whether another head was recorded before the event of that number."""
        place = bisect_left(self._seqs, seq)
        if place == len(self._seqs) or self._seqs[place] != seq:
            return False
        return bytes(self._heads[HEAD * place : HEAD * (place + 1)]) != _bytes(before)


def _bytes(before: str) -> bytes | None:
    try:
        head = bytes.fromhex(before)
    except ValueError:
        return None
    return head if len(head) == HEAD else None
