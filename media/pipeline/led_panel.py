"""Makes pictures and clips for the panel of an LED controller, which plays files without plans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from media.images.renditions import Frame, Pictures, make_images
from media.inspection.file_type import sniff
from media.limits import Limits
from media.screen_classes import Fit
from media.video import transcode
from media.video.picture_filters import Target
from media.video.probe import probe

Form = Literal["jpg", "png", "bmp"]
SMALLEST: Final = 16
LARGEST: Final = 8192
MOST_PIXELS: Final = 4096 * 2160
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel's size in pixels, and its controller's picture format."""

    width: int
    height: int
    pictures: Form = "jpg"

    @property
    def is_possible(self) -> bool:
        """Whether panels of this size exist and are supported."""
        sides = (self.width, self.height)
        whole = all(SMALLEST <= side <= LARGEST for side in sides)
        return whole and self.width * self.height <= MOST_PIXELS

    @property
    def even(self) -> tuple[int, int]:
        """The size of its clips: H.264 has no odd sides."""
        return self.width // 2 * 2, self.height // 2 * 2


@dataclass(frozen=True, slots=True)
class PanelFile:
    """A file for a panel; `duration_ms` is None for pictures."""

    path: Path
    duration_ms: int | None = None


def from_upload(
    source: Path, folder: Path, panel: Panel, fit: Fit, limits: Limits, progress: Progress
) -> PanelFile:
    """Make a picture or clip at the panel's pixels in a folder of its own, which must be there.

    Clips are H.264 baseline, yuv420p, without sound, which the small decoders of controllers
    take. Raises MediaRefused or ProgramFailed; the source is never changed.
    """
    if sniff(source) == "image":
        film, picture = folder / "film.mov", folder / f"picture.{panel.pictures}"
        frame = Frame(picture, panel.width, panel.height)
        wanted = Pictures([frame], folder / "thumbnail.jpg", film, fit)
        if make_images(source, wanted, limits, progress) is not None:
            return PanelFile(picture)
        source = film
    return _clip(source, folder, panel, fit, limits, progress)


def from_drawing(png: bytes, folder: Path, panel: Panel) -> PanelFile:
    """Write a slide that was drawn at the panel's pixels. Raises ProgramFailed."""
    drawn = folder / "drawn.png"
    drawn.write_bytes(png)
    return from_upload(drawn, folder, panel, "whole", Limits(), lambda _fraction: None)


def _clip(
    source: Path, folder: Path, panel: Panel, fit: Fit, limits: Limits, progress: Progress
) -> PanelFile:
    silent = replace(probe(source, limits), has_sound=False)
    target = Target(folder / "clip.mp4", *panel.even, fit, "baseline")
    made = transcode.encode(source, silent, [target], limits, progress)
    return PanelFile(target.path, made.duration_ms)
