"""Which class of renditions suits a screen of a size."""

from media.sizes import CLASSES

NAMES = tuple(one.name for one in CLASSES)


def class_for(width: int | None, height: int | None) -> str:
    """The class for a size in pixels; landscape while the size isn't known."""
    upright = width is not None and height is not None and height > width
    return "portrait-1080p" if upright else "landscape-1080p"


def shape_of(width: int | None, height: int | None, class_name: str) -> tuple[int, int]:
    """A screen's size in pixels, its class's while its own isn't known."""
    if width and height:
        return width, height
    return next((one.width, one.height) for one in CLASSES if one.name == class_name)
