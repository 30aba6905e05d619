"""The rendition class of a screen by its size."""

from typing import Final

from media.screen_classes import CLASSES, NAMED, ScreenClass, class_named, is_strip
from server.foundation.i18n import Sentence

NAMES = tuple(NAMED)
STRIP_EXAMPLE = "led-384x64"
TITLES: Final = {
    "landscape-1080p": Sentence("横屏 1080p", "Landscape 1080p"),
    "portrait-1080p": Sentence("竖屏 1080p", "Portrait 1080p"),
    "landscape-720p": Sentence("横屏 720p（低功耗）", "Landscape 720p (low power)"),
    "portrait-720p": Sentence("竖屏 720p（低功耗）", "Portrait 720p (low power)"),
    "landscape-4k": Sentence("横屏 4K", "Landscape 4K"),
    "portrait-4k": Sentence("竖屏 4K", "Portrait 4K"),
}


def is_class(name: str) -> bool:
    """Whether renditions of that class can be made: a fixed one, or an LED strip's."""
    return class_named(name) is not None


def class_title(name: str) -> Sentence:
    """The label of a class; an LED strip has its pixels."""
    shape = class_named(name)
    if name in TITLES or shape is None:
        return TITLES.get(name, Sentence(name, name))
    pixels = f"{shape.width}×{shape.height}"
    return Sentence(f"LED 条屏 {pixels}", f"LED strip {pixels}")


def class_for(width: int | None, height: int | None) -> str:
    """The class for a size in pixels; landscape while the size is unknown.

    A small or very long screen, such as an LED strip, gets renditions of its own size.
    """
    if width is None or height is None:
        return CLASSES[0].name
    strip = f"led-{width - width % 2}x{height - height % 2}"
    if is_strip(width, height) and is_class(strip):
        return strip
    return "portrait-1080p" if height > width else "landscape-1080p"


def classes_of(names: set[str]) -> list[ScreenClass]:
    """The classes that every picture is made for, plus those with these names."""
    others = [found for name in sorted(names) if (found := class_named(name)) is not None]
    return [*CLASSES, *(one for one in others if one not in CLASSES)]


def shape_of(width: int | None, height: int | None, class_name: str) -> tuple[int, int]:
    """A screen's size in pixels, or its class's while its own is unknown."""
    if width and height:
        return width, height
    shape = class_named(class_name) or CLASSES[0]
    return shape.width, shape.height
