"""Chooses a picture's compression: visually lossless, and small enough."""

from __future__ import annotations

import io

from PIL import Image, ImageChops, ImageFilter, ImageStat

MOST_BYTES = 400 * 1000  # for full HD; larger ones in proportion
FULL_HD = 1920 * 1080
QUALITIES = (95, 92, 88, 84, 79, 73, 66, 58, 48, 38, 28)
# Mean squared error of luma below which pictures are indistinguishable at arm's length (about 42
# dB).
VISUALLY_EQUAL = 4.0

# For photos that people view, and that are stored in the database.
PHOTO_BYTES = 300_000
PHOTO_SIDES = (1600, 1200, 800, 400)
PHOTO_QUALITIES = (85, 75, 60)


def most_bytes_of(image: Image.Image) -> int:
    """Return how many bytes a picture of that size may have."""
    return max(MOST_BYTES * image.width * image.height // FULL_HD, MOST_BYTES)


def encoded(image: Image.Image, xmp: bytes = b"") -> bytes:
    """Return the picture as JPEG within its byte limit, without metadata but this packet.

    The smallest that equals the original visually is taken; if none of those is small enough, the
    best that fits; if even the coarsest doesn't fit (noise), the picture is softened.
    """
    best: bytes | None = None
    most_bytes = most_bytes_of(image)
    for quality in reversed(QUALITIES):
        candidate = _saved(image, quality, xmp)
        if len(candidate) > most_bytes:
            break
        best = candidate
        if _error(image, candidate) <= VISUALLY_EQUAL:
            break
    if best is None:
        return encoded(image.filter(ImageFilter.GaussianBlur(1.5)), xmp)
    return best


def bounded(image: Image.Image) -> bytes:
    """Return the picture as JPEG of at most 300,000 bytes and 1,600 px, the best that fits."""
    small = image.convert("RGB")
    for side in PHOTO_SIDES:
        small.thumbnail((side, side))
        for quality in PHOTO_QUALITIES:
            content = _saved(small, quality)
            if len(content) <= PHOTO_BYTES:
                return content
    raise ValueError(image.size)  # pragma: no cover - 400 px at the least quality are fewer


def _saved(image: Image.Image, quality: int, xmp: bytes = b"") -> bytes:
    sink = io.BytesIO()
    # Full colour resolution at good quality: red text on blue frays otherwise.
    sampling = "4:4:4" if quality >= 58 else "4:2:0"
    packet = {"xmp": xmp} if xmp else {}
    image.save(sink, "JPEG", quality=quality, subsampling=sampling, **packet)
    return sink.getvalue()


def _error(image: Image.Image, candidate: bytes) -> float:
    """Return the mean squared difference of the two pictures' brightness."""
    with Image.open(io.BytesIO(candidate), formats=("JPEG",)) as opened:
        shown = opened.convert("L")
    difference = ImageChops.difference(image.convert("L"), shown)
    return ImageStat.Stat(difference).rms[0] ** 2
