"""Which class of renditions suits a screen of a size."""

from media.sizes import CLASSES, NAMED, ScreenClass, class_named, is_strip

NAMES = tuple(NAMED)
STRIP_EXAMPLE = "led-384x64"


def is_class(name: str) -> bool:
    """Whether renditions of that name can be made: one of the fixed ones, or an LED strip's."""
    return class_named(name) is not None


def class_for(width: int | None, height: int | None) -> str:
    """The class for a size in pixels; landscape while the size isn't known.

    A small or very long screen, as of LED strips, gets renditions of its own pixels.
    """
    if width is None or height is None:
        return CLASSES[0].name
    strip = f"led-{width - width % 2}x{height - height % 2}"
    if is_strip(width, height) and is_class(strip):
        return strip
    return "portrait-1080p" if height > width else "landscape-1080p"


def classes_of(names: set[str]) -> list[ScreenClass]:
    """The classes that every picture is made for, and those of these names beside them."""
    others = [found for name in sorted(names) if (found := class_named(name)) is not None]
    return [*CLASSES, *(one for one in others if one not in CLASSES)]


def shape_of(width: int | None, height: int | None, class_name: str) -> tuple[int, int]:
    """A screen's size in pixels, its class's while its own isn't known."""
    if width and height:
        return width, height
    shape = class_named(class_name) or CLASSES[0]
    return shape.width, shape.height
