"""Which class of renditions suits a screen of a size."""

from media.sizes import CLASSES

NAMES = tuple(one.name for one in CLASSES)


def class_for(width: int | None, height: int | None) -> str:
    """The class for a size in pixels; landscape while the size isn't known."""
    upright = width is not None and height is not None and height > width
    return "portrait-1080p" if upright else "landscape-1080p"
