"""A screen whose every pixel can be read while it is lit: an X server without a display.

Xvfb keeps what is on the glass in a file that others map into their memory (`-fbdir`). What a
browser's compositor presents is copied there; reading it takes microseconds and costs the browser
nothing, unlike a film taken by the browser itself.
"""

from __future__ import annotations

import mmap
import os
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.player.marks import CELL_PX, CELLS, HEIGHT, LEFT_PX, ROWS_PX, WIDTH

# Places in the head of an XWD file, in units of 32 bits, the highest byte first.
HEAD_BYTES, BITS_PER_PIXEL, BYTES_PER_LINE, COLOURS = 0, 11, 12, 19
COLOUR_BYTES, PIXEL_BYTES = 12, 4


@dataclass(frozen=True)
class Screen:
    """An X display and the file that mirrors its glass."""

    display: str
    pixels: Path
    width: int
    height: int


@contextmanager
def lit_screen(folder: Path, width: int = WIDTH, height: int = HEIGHT) -> Iterator[Screen]:
    """A screen of its own for the length of the block, dark at first.

    Chromium alone on an X server leaves one pixel free at the right and at the foot, so there are
    as many more.
    """
    folder.mkdir(parents=True, exist_ok=True)
    reading, writing = os.pipe()
    shape = f"{width + 1}x{height + 1}x24"
    argv = ["Xvfb", "-displayfd", str(writing), "-screen", "0", shape, "-fbdir", str(folder)]
    process = subprocess.Popen(
        [*argv, "-nolisten", "tcp", "-noreset", "-nocursor", "-s", "0"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as output:
            number = output.readline().strip()
        assert number, "the X server didn't start"
        yield Screen(f":{number}", folder / "Xvfb_screen0", width, height)
    finally:
        process.terminate()
        process.wait(10)


class Lens:
    """Samples the rows of cells of one screen."""

    def __init__(self, screen: Screen) -> None:
        with screen.pixels.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        head = struct.unpack(">25I", self._bytes[:100])
        assert head[BITS_PER_PIXEL] == 8 * PIXEL_BYTES
        start = head[HEAD_BYTES] + head[COLOURS] * COLOUR_BYTES
        scale = screen.width / WIDTH
        self._step = round(CELL_PX * scale) * PIXEL_BYTES
        left = round((LEFT_PX + CELL_PX / 2) * scale)
        lines = [round(row * screen.height / HEIGHT) for row in ROWS_PX]
        offset = left * PIXEL_BYTES  # its blue: the built-in slide, dark as it is, has some
        self._rows = [start + line * head[BYTES_PER_LINE] + offset for line in lines]

    def sample(self) -> tuple[bytes, ...]:
        """The brightness of all cells, row by row."""
        length = self._step * (CELLS - 1) + 1
        return tuple(self._bytes[row : row + length : self._step] for row in self._rows)
