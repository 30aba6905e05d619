"""Makes pictures and clips for the panel of an LED controller, which plays files without plans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from media.images.renditions import Frame, Moving, Pictures, make_images
from media.inspection.file_type import sniff
from media.limits import Limits
from media.treatment import WHOLE, Treatment
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
    source: Path,
    folder: Path,
    panel: Panel,
    treatment: Treatment,
    limits: Limits,
    progress: Progress,
) -> PanelFile:
    """Make a picture or clip at the panel's pixels in a folder of its own, which must be there.

    Clips are H.264 baseline, yuv420p, without sound, which the small decoders of controllers
    take. Raises MediaRefused or ProgramFailed; the source is never changed.
    """
    fit, ai = treatment.fit, treatment.ai
    if sniff(source) == "image":
        film, picture = folder / "film.mov", folder / f"picture.{panel.pictures}"
        frame = Frame(picture, panel.width, panel.height)
        wanted = Pictures([frame], folder / "thumbnail.jpg", film, fit, ai)
        made = make_images(source, wanted, limits, progress)
        if not isinstance(made, Moving):
            return PanelFile(picture)
        source, ai = film, ai.with_label(made.label)
    target = Target(folder / "clip.mp4", *panel.even, fit, "baseline", ai)
    return _clip(source, target, limits, progress)


def from_drawing(png: bytes, folder: Path, panel: Panel) -> PanelFile:
    """Write a slide that was drawn at the panel's pixels. Raises ProgramFailed."""
    drawn = folder / "drawn.png"
    drawn.write_bytes(png)
    return from_upload(drawn, folder, panel, WHOLE, Limits(), lambda _fraction: None)


def _clip(source: Path, target: Target, limits: Limits, progress: Progress) -> PanelFile:
    clip = probe(source, limits)
    target = replace(target, ai=target.ai.with_label(clip.label))
    made = transcode.encode(source, replace(clip, has_sound=False), [target], limits, progress)
    return PanelFile(target.path, made.duration_ms)
