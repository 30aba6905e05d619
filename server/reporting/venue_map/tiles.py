"""Tiles that the office put into the data folder: `map/tiles/{z}/{x}/{y}.png`. No web.

Pictures of 256 x 256 pixels in the usual scheme of web maps, in WGS-84.
"""

from pathlib import Path
from typing import Final

PNG: Final = b"\x89PNG\r\n\x1a\n"
LARGEST_BYTES: Final = 512 * 1024
DEEPEST: Final = 20


def zooms(folder: Path) -> tuple[int, int] | None:
    """The least and the greatest zoom that there are tiles for; None if there are none."""
    try:
        found = [
            int(one.name)
            for one in folder.iterdir()
            if one.is_dir() and one.name.isascii() and one.name.isdigit() and len(one.name) < 3
        ]
    except OSError:
        return None
    usable = [zoom for zoom in found if zoom <= DEEPEST]
    return (min(usable), max(usable)) if usable else None


def tile(folder: Path, z: int, x: int, y: int) -> bytes | None:
    """One tile; None if it is missing or isn't a PNG."""
    if z > DEEPEST or not (0 <= x < 1 << z and 0 <= y < 1 << z):
        return None
    path = folder / str(z) / str(x) / f"{y}.png"
    try:
        if path.stat().st_size > LARGEST_BYTES:
            return None
        content = path.read_bytes()
    except OSError:
        return None
    return content if content.startswith(PNG) else None
