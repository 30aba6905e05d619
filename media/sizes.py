"""Sizes of what is made: the screen classes, and thumbnails for pages."""

from __future__ import annotations

from dataclasses import dataclass

THUMBNAIL_WIDTH = 480
THUMBNAIL_TALLEST = 2  # times its width


@dataclass(frozen=True, slots=True)
class ScreenClass:
    """A class of screens, with the pixels of the rendition made for it."""

    name: str
    width: int
    height: int


CLASSES = (
    ScreenClass("landscape-1080p", 1920, 1080),
    ScreenClass("portrait-1080p", 1080, 1920),
)


def thumbnail_size(width: int, height: int) -> tuple[int, int]:
    """Return the size of the thumbnail of a picture: 480 px wide, at most 960 px high."""
    tall = max(round(height * THUMBNAIL_WIDTH / width), 1)
    return THUMBNAIL_WIDTH, min(tall, THUMBNAIL_WIDTH * THUMBNAIL_TALLEST)
