"""How many bytes of a client are read in one turn of the loop, by how many frames they hold.

A frame takes 2 to 3 µs whatever its size, so 16 KB are a piece of one batch of plays, or 2,700
empty pongs that take everybody 8 ms. Reads begin small, grow while they hold few frames, and are
small again after one that held many.
"""

from typing import Final

LEAST_BYTES: Final = 512
FIRST_BYTES: Final = 1024
MOST_BYTES: Final = 16 * 1024
MANY: Final = 64
"""Frames in one read. In `LEAST_BYTES` there are so many only of pings, pongs and empty messages:
the head of an event alone is longer than such a frame."""
FEW: Final = 8


def next_size(asked: int, size: int, frames: int) -> int:
    """Bytes to ask for after a read of `size` bytes with `frames` frames, when `asked` were."""
    if frames > MANY:
        return LEAST_BYTES
    if size == asked and frames <= FEW:
        return min(2 * asked, MOST_BYTES)
    return asked


def is_flood(asked: int, frames: int) -> bool:
    """Whether even the smallest read held many frames: the client may pause."""
    return asked == LEAST_BYTES and frames > MANY
