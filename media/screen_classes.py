"""Sizes of renditions: the screen classes, and pictures for pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Fit = Literal["whole", "crop"]  # whole on a blurred fill, or cropped to the frame

THUMBNAIL_WIDTH = 480
THUMBNAIL_TALLEST = 2  # times its width
POSTER_LONGEST = 1920
CELL_HEIGHT = 120
CELL_WIDEST = 3  # times its height
MOST_CELLS = 10
STRIP_NAME = re.compile(r"led-([1-9]\d{0,3})x([1-9]\d{0,3})")
STRIP_SHORT_SIDE = 240
STRIP_RATIO = 3
STRIP_SMALLEST = 16
STRIP_LARGEST = 4096


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
LOW_POWER = (
    ScreenClass("landscape-720p", 1280, 720),
    ScreenClass("portrait-720p", 720, 1280),
)
LARGE = (
    ScreenClass("landscape-4k", 3840, 2160),
    ScreenClass("portrait-4k", 2160, 3840),
)
NAMED = {one.name: one for one in (*CLASSES, *LOW_POWER, *LARGE)}


def class_named(name: str) -> ScreenClass | None:
    """Return the class of a name: one of the fixed ones, or an LED strip as `led-384x64`."""
    strip = STRIP_NAME.fullmatch(name)
    if strip is None:
        return NAMED.get(name)
    sides = [int(side) for side in strip.groups()]
    usual = all(STRIP_SMALLEST <= side <= STRIP_LARGEST and side % 2 == 0 for side in sides)
    return ScreenClass(name, *sides) if usual else None


def is_strip(width: int, height: int) -> bool:
    """Whether a screen of that size gets renditions of its own size."""
    short, long = sorted((width, height))
    return short < STRIP_SHORT_SIDE or long >= STRIP_RATIO * short


def worth_making(classes: Iterable[ScreenClass], width: int, height: int) -> list[ScreenClass]:
    """Return the classes without the large ones for which the source isn't large enough."""
    return [
        one
        for one in classes
        if one not in LARGE or min(one.width / width, one.height / height) <= 1
    ]


def thumbnail_size(width: int, height: int) -> tuple[int, int]:
    """Return the size of the thumbnail of a picture: 480 px wide, at most 960 px high."""
    tall = max(round(height * THUMBNAIL_WIDTH / width), 1)
    return THUMBNAIL_WIDTH, min(tall, THUMBNAIL_WIDTH * THUMBNAIL_TALLEST)


def poster_size(width: int, height: int) -> tuple[int, int]:
    """Return the clip's size as displayed, at most full HD."""
    scale = min(1.0, POSTER_LONGEST / max(width, height))
    return max(round(width * scale), 1), max(round(height * scale), 1)


def cell_size(width: int, height: int) -> tuple[int, int]:
    """Return the size of one picture of a filmstrip: 120 px high, even, at most 360 px wide."""
    wide = max(round(width * CELL_HEIGHT / height / 2) * 2, 2)
    return min(wide, CELL_HEIGHT * CELL_WIDEST), CELL_HEIGHT


def strip_cells(seconds: float) -> tuple[int, int]:
    """Return the number of pictures in a filmstrip, and the seconds between them."""
    whole = max(-(-int(seconds * 1000) // 1000), 1)
    step = -(-whole // MOST_CELLS)
    return -(-whole // step), step


def fullest(classes: Sequence[ScreenClass], width: int, height: int) -> ScreenClass:
    """Return the class in which a picture of that shape is shown largest."""
    return max(classes, key=lambda one: min(one.width / width, one.height / height))
