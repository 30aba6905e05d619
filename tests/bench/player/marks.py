"""Marks that a camera reads off the glass: which item, which frame of it, or that nothing is there.

A picture carries the same row of cells three times, near its top, in its middle and near its
bottom. Each bit is two cells, black and white for 0, white and black for 1, so half of the cells of
a picture are never black and a surface of any one colour is no mark: black and blank are
distinguished from a picture with certainty, and content in one part of the glass alone is seen too.
"""

from __future__ import annotations

from dataclasses import dataclass

WIDTH, HEIGHT = 1920, 1080
ITEM_BITS, FRAME_BITS = 8, 10
CELLS = 2 * (ITEM_BITS + FRAME_BITS)
CELL_PX, CELL_HEIGHT_PX, LEFT_PX = 48, 60, 96
ROWS_PX = (90, 540, 990)  # where the middles of the rows are
STILL = (1 << FRAME_BITS) - 1  # the frame number of a picture that doesn't move
DARK, LEAST_CONTRAST = 24, 80  # of 255


@dataclass(frozen=True, slots=True)
class Mark:
    """An item by number, and the frame of a clip from 0 (`STILL` for an image)."""

    item: int
    frame: int = STILL


BLACK, BLANK = Mark(-1), Mark(-2)
"""Every cell dark; anything else that is no mark, such as the page's own colour."""


def cells_of(mark: Mark) -> list[bool]:
    """The row of cells, from the left; True is white."""
    number = mark.item << FRAME_BITS | mark.frame
    bits = [bool(number >> place & 1) for place in reversed(range(ITEM_BITS + FRAME_BITS))]
    return [cell for bit in bits for cell in (bit, not bit)]


def read(cells: bytes) -> Mark:
    """The mark in the brightness of each cell (0 to 255)."""
    if max(cells) < DARK:
        return BLACK
    number = 0
    for left, right in zip(cells[::2], cells[1::2], strict=True):
        if abs(left - right) < LEAST_CONTRAST:
            return BLANK
        number = number << 1 | (left > right)
    return Mark(number >> FRAME_BITS, number & STILL)
