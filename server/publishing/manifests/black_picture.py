"""The black picture that a stop may put on a screen; the same bytes on every machine."""

import hashlib
import os
import tempfile
from functools import cache
from pathlib import Path

from PIL import Image

from media.images.jpeg_quality import encoded
from media.screen_classes import CLASSES, ScreenClass
from playlists.wire.model import Asset
from server.foundation.core import Core


def black_asset(cls: str) -> Asset:
    """The black picture for screens of a class; its file must be in the store."""
    shape = _shape(cls)
    content = _content(shape.width, shape.height)
    digest = hashlib.sha256(content).hexdigest()
    return Asset(
        digest, "image", "image/jpeg", len(content), shape.width, shape.height, None, (digest,)
    )


def keep_black(core: Core) -> None:
    """Put the files into the store unless they are there; not inside a transaction."""
    for shape in CLASSES:
        if not core.store.has(black_asset(shape.name).digest):
            _put(core, _content(shape.width, shape.height))


def _put(core: Core, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=core.settings.data, prefix="black-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    core.store.add(Path(name))


def _shape(cls: str) -> ScreenClass:
    """The class, else the first of the same orientation."""
    way = cls.partition("-")[0]
    ranked = sorted(CLASSES, key=lambda one: (one.name != cls, not one.name.startswith(way)))
    return ranked[0]


@cache
def _content(width: int, height: int) -> bytes:
    return encoded(Image.new("RGB", (width, height)))
