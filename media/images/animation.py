"""Turns an animated picture into a film, frame by frame within limits; run in a child."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from media.images.frame_film import Film
from media.images.pixel_layout import ENOUGH_PX, opaque
from media.inspection.gif_blocks import walk
from media.limits import Limits, keep_length
from media.rejection_reasons import refusal

FORMATS = ("GIF", "PNG", "WEBP", "AVIF")
QUALITY = 95  # the film is encoded once more
SHORTEST_MS = 11  # browsers show a frame of 10 ms or less for 100 ms, and so its maker saw it
INSTEAD_MS = 100


def is_animated(image: Image.Image) -> bool:
    """Whether the picture is animated: pages of a TIFF and depth maps of a phone are not."""
    return image.format in FORMATS and bool(getattr(image, "is_animated", False))


def filmed(image: Image.Image, source: Path, path: Path, limits: Limits) -> None:
    """Write the frames as a film, once through, each shown as long as browsers show it.

    Raises MediaRefused over a limit, and whatever Pillow's readers raise.
    """
    declared = walk(source).frames if image.format == "GIF" else getattr(image, "n_frames", 1)
    _keep_frames(image, declared, limits)
    size = _film_size(image)
    first = 1 if getattr(image, "default_image", False) else 0
    with Film(path, *size) as film:
        for number in range(first, limits.most_frames(*image.size) + 2):
            try:
                image.seek(number)
            except EOFError:
                break
            _keep_frames(image, number + 1, limits)
            film.add(_jpeg(image, size), _shown_ms(image))
            keep_length(film.milliseconds / 1000, limits)


def _keep_frames(image: Image.Image, frames: int, limits: Limits) -> None:
    most = limits.most_frames(*image.size)
    if frames > most:
        raise refusal("too_large_frames", width=image.width, height=image.height, limit=most)


def _film_size(image: Image.Image) -> tuple[int, int]:
    scale = min(1.0, ENOUGH_PX / max(image.size))
    return max(round(image.width * scale), 1), max(round(image.height * scale), 1)


def _jpeg(image: Image.Image, size: tuple[int, int]) -> bytes:
    frame = opaque(image.convert("RGBA"))
    if frame.size != size:
        frame = frame.resize(size, Image.Resampling.LANCZOS)
    sink = io.BytesIO()
    frame.save(sink, "JPEG", quality=QUALITY, subsampling="4:4:4")
    return sink.getvalue()


def _shown_ms(image: Image.Image) -> int:
    declared = round(float(image.info.get("duration", 0)))
    return declared if declared >= SHORTEST_MS else INSTEAD_MS
