"""An asset as one picture of a given shape, for sharing in groups."""

import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from media.errors import MediaRefused
from media.images.renditions import Frame, Pictures, make_images
from server.content import messages
from server.content.assets.slides import SlideDraft, preview
from server.content.models import Asset
from server.content.paths import limits_of, works
from server.content.uploads import fit_modes
from server.content.uploads.ai_material import declared
from server.foundation.core import Core
from server.foundation.errors import Conflict
from server.foundation.runtime.blocking import run_blocking

SHAPES = {"1:1": (1080, 1080), "3:4": (1080, 1440), "9:16": (1080, 1920)}


@dataclass(frozen=True)
class Picture:
    """A picture's media type and bytes."""

    type: str
    content: bytes


def picture(core: Core, asset: Asset, size: tuple[int, int]) -> Picture:
    """The asset at that size: a slide is redrawn, others are fitted as on screens.

    Raises Conflict for an unprocessed asset or an unreadable original, and Invalid for a slide
    whose text doesn't fit that shape.
    """
    if asset.state in ("processing", "rejected"):
        raise Conflict(messages.NO_PICTURE_YET)
    if asset.slide is not None:
        draft = SlideDraft(asset.slide["template"], asset.slide["fields"])
        return Picture("image/png", preview(core, draft, *size))
    try:
        return Picture("image/jpeg", run_blocking(partial(_fitted, core, asset, size)))
    except (MediaRefused, KeyError) as error:
        raise Conflict(messages.NO_PICTURE_YET) from error


def _fitted(core: Core, asset: Asset, size: tuple[int, int]) -> bytes:
    still = core.originals.path(asset.sha256)
    if asset.poster is not None:
        still = core.store.path(asset.poster)
    with tempfile.TemporaryDirectory(dir=works(core), prefix="picture-") as folder:
        frame = Frame(Path(folder) / "picture.jpg", *size)
        spare = Path(folder) / "thumbnail.jpg", Path(folder) / "film.mov"
        wanted = Pictures([frame], *spare, fit_modes.fit_of(asset), declared(asset))
        make_images(still, wanted, limits_of(core.settings), lambda _share: None)
        return frame.path.read_bytes()
