"""Measures the similarity of two pictures, tolerant of compression and scaling.

Both are reduced to 32 by 18 cells; a cell's difference is the mean over red, green and blue, from 0
to 255. Brightness alone would not do: pure red and mid green are equally bright.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageChops, UnidentifiedImageError

CELLS = (32, 18)
MOST_BYTES = 100_000
MOST_PIXELS = 4_000_000
MOST_SIDE = 4096
# A canvas writes one scan. Thousands of empty ones would cost minutes to decode.
MOST_SCANS = 24
SCAN = b"\xff\xda"
# References are decoded no larger than needed.
REFERENCE = (960, 960)
FAULTS = (OSError, UnidentifiedImageError, SyntaxError, ValueError)


class NotAPhotograph(ValueError):
    """Not a complete JPEG within the limits."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """The difference of two pictures: the mean over all cells, and the worst twentieth."""

    mean: float
    worst: float


def photograph(content: bytes) -> Image.Image:
    """Decode a JPEG that came from outside: at most 100,000 bytes and 4 million pixels.

    Raises NotAPhotograph.
    """
    if not 0 < len(content) <= MOST_BYTES or content.count(SCAN) > MOST_SCANS:
        raise NotAPhotograph
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG",)) as opened:
            width, height = opened.size
            if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE:
                raise NotAPhotograph
            return opened.convert("RGB")
    except FAULTS as error:
        raise NotAPhotograph from error


def reference(content: bytes, cell: int | None = None, cells: int = 1) -> Image.Image:
    """Decode a picture of ours, reduced; of a filmstrip the picture with index `cell` of `cells`.

    Raises NotAPhotograph for a file that is damaged in its store.
    """
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG",)) as opened:
            if cell is None:
                opened.draft("RGB", REFERENCE)
                return opened.convert("RGB")
            wide = opened.width // cells
            return opened.convert("RGB").crop((cell * wide, 0, (cell + 1) * wide, opened.height))
    except FAULTS as error:
        raise NotAPhotograph from error


def black(width: int, height: int) -> Image.Image:
    """The picture of a switched-off screen."""
    return Image.new("RGB", (width, height))


def within(picture: Image.Image, width: int, height: int) -> Image.Image:
    """Fit a picture into a frame of that size with black bars, as a screen displays it."""
    scale = min(width / picture.width, height / picture.height)
    wide, high = max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)
    framed = black(width, height)
    small = picture.resize((wide, high), Image.Resampling.BOX)
    framed.paste(small, ((width - wide) // 2, (height - high) // 2))
    return framed


def likeness(one: Image.Image, other: Image.Image, without_bottom: int = 0) -> Likeness:
    """Compare two pictures of one size, except that many rows at the bottom."""
    box = (0, 0, one.width, max(one.height - without_bottom, 1))
    seen, expected = (each.resize(CELLS, Image.Resampling.BOX, box) for each in (one, other))
    apart = ImageChops.difference(seen, expected).tobytes()
    cells = sorted(sum(apart[at : at + 3]) / 3 for at in range(0, len(apart), 3))
    twentieth = cells[-max(len(cells) // 20, 1) :]
    return Likeness(sum(cells) / len(cells), sum(twentieth) / len(twentieth))


def encoded_small(picture: Image.Image, width: int = 480) -> bytes:
    """Return the picture as a JPEG at most so wide, for people."""
    shown = picture.copy()
    shown.thumbnail((width, width * 2))
    sink = io.BytesIO()
    shown.save(sink, "JPEG", quality=82)
    return sink.getvalue()
