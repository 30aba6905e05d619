"""On which head each event of a boot rests, in forty bytes an event."""

from array import array
from bisect import bisect_left
from typing import Final

HEAD: Final = 32


class Rests:
    """The heads before the events of one boot, by number."""

    def __init__(self) -> None:
        self._seqs = array("q")
        self._heads = bytearray()

    def clear(self) -> None:
        """Another boot begins."""
        self._seqs, self._heads = array("q"), bytearray()

    def note(self, seq: int, before: str) -> None:
        """An event rests on a head (in hex). Events come by number; others are passed over."""
        if self._seqs and seq <= self._seqs[-1]:
            return
        head = _bytes(before)
        if head is not None:
            self._seqs.append(seq)
            self._heads += head

    def differs(self, seq: int, before: str) -> bool:
        """Whether an event of that number is known to rest on another head."""
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
