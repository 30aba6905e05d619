"""Where the library keeps files beside the store that is served: originals, arrivals, work."""

from pathlib import Path

from media.limits import Limits
from media.slides.checks.allowlist import Allowed
from media.slides.checks.phone_allowlist import DEFAULT_NUMBERS
from media.storage.file_store import Store
from server.foundation.config import Settings
from server.foundation.core import Core

MIB = 1024 * 1024


def originals(core: Core) -> Store:
    """What was uploaded, as it came; never served."""
    return core.originals


def arrivals(core: Core) -> Path:
    """The folder of uploads that are still coming in."""
    return _made(core.settings.data / "incoming")


def uploads(core: Core) -> Path:
    """The folder of uploads that come in parts."""
    return _made(core.settings.data / "uploads")


def works(core: Core) -> Path:
    """The folder of what is being made."""
    return _made(core.settings.data / "work")


def limits_of(settings: Settings) -> Limits:
    """What may be uploaded."""
    return Limits(
        max_image_bytes=settings.max_image_mb * MIB,
        max_video_bytes=settings.max_video_mb * MIB,
        max_video_s=float(settings.max_video_s),
        max_megapixels=float(settings.max_megapixels),
        max_fps=float(settings.max_fps),
        max_side_px=settings.max_side_px,
    )


def allowed_of(settings: Settings) -> Allowed:
    """What may be given out on a slide: the numbers everyone may show, and the office's own."""
    return Allowed(DEFAULT_NUMBERS | set(settings.allowed_numbers), settings.allowed_pages)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
