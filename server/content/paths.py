"""Folders besides the stores of files: arrivals, work."""

from pathlib import Path

from media.limits import Limits
from media.slides.checks.allowlist import Allowed
from media.slides.checks.phone_allowlist import DEFAULT_NUMBERS
from server.foundation.config import Settings
from server.foundation.core import Core

MIB = 1024 * 1024


def arrivals(core: Core) -> Path:
    """The folder of uploads in progress."""
    return _made(core.settings.data / "incoming")


def uploads(core: Core) -> Path:
    """The folder of resumable uploads."""
    return _made(core.settings.data / "uploads")


def works(core: Core) -> Path:
    """The work folder."""
    return _made(core.settings.data / "work")


def limits_of(settings: Settings) -> Limits:
    """The limits of uploads."""
    return Limits(
        max_image_bytes=settings.max_image_mb * MIB,
        max_video_bytes=settings.max_video_mb * MIB,
        max_video_s=float(settings.max_video_s),
        max_megapixels=float(settings.max_megapixels),
        max_fps=float(settings.max_fps),
        max_side_px=settings.max_side_px,
    )


def allowed_of(settings: Settings) -> Allowed:
    """Phone numbers and pages permitted on slides: the general ones, and the office's own."""
    return Allowed(DEFAULT_NUMBERS | set(settings.allowed_numbers), settings.allowed_pages)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
