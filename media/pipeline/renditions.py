"""Processes an upload to all files that screens and pages need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from media.ai.label import UNDECLARED, Declaration, Label
from media.file_digest import digests_of
from media.images.renditions import Frame, Moving, Pictures, make_images
from media.inspection.file_type import sniff
from media.limits import Limits
from media.progress import Steady
from media.rejection_reasons import refusal
from media.screen_classes import (
    CLASSES,
    Fit,
    ScreenClass,
    cell_size,
    fullest,
    poster_size,
    strip_cells,
    thumbnail_size,
    worth_making,
)
from media.treatment import WHOLE, Treatment
from media.video import ffmpeg_commands, transcode
from media.video.picture_filters import Target, inner_box
from media.video.probe import Clip, probe

UPSCALED = "upscaled"  # shown more than twice as large as it is: it will be blurred
MOST_UPSCALING = 2.0
FILM_SHARE = 0.2
ENCODE_SHARE = 0.96


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file made from an upload; `duration_ms` is None for pictures."""

    cls: str
    path: Path
    digest: str
    type: str
    bytes: int
    width: int
    height: int
    duration_ms: int | None
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Processed:
    """The result of processing; width and height are the upload's, as displayed.

    Poster and filmstrip are a clip's. `warnings` may contain 'upscaled'. `label`: that of AI-made
    content, as the file had it.
    """

    kind: Literal["image", "video"]
    width: int
    height: int
    duration_ms: int | None
    renditions: tuple[MadeFile, ...]
    thumbnail: MadeFile
    poster: MadeFile | None = None
    filmstrip: MadeFile | None = None
    warnings: tuple[str, ...] = ()
    label: Label | None = None


def process(
    source: Path,
    workdir: Path,
    limits: Limits,
    progress: Callable[[float], None],
    classes: Sequence[ScreenClass] = CLASSES,
    treatment: Treatment = WHOLE,
) -> Processed:
    """Make all renditions of a picture or clip in the work folder, which must exist.

    AI-made content, by its author's declaration or by the file's own label, gets a visible mark
    and a label. Progress grows to 1.0. Raises MediaRefused (final) or
    media.sandbox.subprocess_limits.ProgramFailed (may be retried), possibly leaving files in the
    work folder; the source is never changed.
    """
    steady = Steady(progress)
    kind = sniff(source)
    if kind == "document":
        raise refusal("unsupported_here")
    if source.stat().st_size > limits.most_bytes(kind):
        raise refusal("too_large_bytes", limit=limits.most_bytes(kind) // (1024 * 1024))
    work = _Work(workdir, limits, steady, classes, treatment.fit, treatment.ai)
    made = work.from_picture(source) if kind == "image" else work.from_clip(source)
    steady(1.0)
    return made


@dataclass(frozen=True)
class _Work:
    folder: Path
    limits: Limits
    steady: Steady
    classes: Sequence[ScreenClass]
    fit: Fit
    ai: Declaration

    def from_picture(self, source: Path) -> Processed:
        frames = [Frame(self.folder / f"{c.name}.jpg", c.width, c.height) for c in self.classes]
        thumbnail, film = self.folder / "thumbnail.jpg", self.folder / "film.mov"
        pictures = Pictures(frames, thumbnail, film, self.fit, self.ai)
        still = make_images(source, pictures, self.limits, self.steady.part(0.0, 0.97))
        if isinstance(still, Moving):
            return self.from_clip(film, FILM_SHARE, still.label)
        size = (still.width, still.height)
        classes = worth_making(self.classes, *size)
        renditions = tuple(
            _made(screens.name, frame.path, "image/jpeg", (frame.width, frame.height))
            for screens, frame in zip(self.classes, frames, strict=True)
            if screens in classes
        )
        small = _made("thumbnail", thumbnail, "image/jpeg", thumbnail_size(*size))
        warnings = _warnings(size, classes)
        return Processed(
            "image", *size, None, renditions, small, warnings=warnings, label=still.label
        )

    def from_clip(self, source: Path, begun: float = 0.0, label: Label | None = None) -> Processed:
        clip = probe(source, self.limits)
        label = label or clip.label
        ai = self.ai.with_label(label)
        size = (clip.width, clip.height)
        classes = worth_making(self.classes, *size)
        targets = [self._target(one, ai) for one in classes]
        progress = self.steady.part(begun, ENCODE_SHARE)
        encoded = transcode.encode(source, clip, targets, self.limits, progress)
        views = self._views(clip, classes, encoded.duration_ms / 1000)
        strip_size = (views.cell_size[0] * views.cells, views.cell_size[1])
        return Processed(
            kind="video",
            width=clip.width,
            height=clip.height,
            duration_ms=encoded.duration_ms,
            renditions=tuple(
                _made(one.name, target.path, "video/mp4", (one.width, one.height), encoded)
                for one, target in zip(classes, targets, strict=True)
            ),
            thumbnail=_made("thumbnail", views.thumbnail, "image/jpeg", views.thumbnail_size),
            poster=_made("poster", views.poster, "image/jpeg", views.poster_size),
            filmstrip=_made("filmstrip", views.filmstrip, "image/jpeg", strip_size),
            warnings=_warnings(size, classes),
            label=label,
        )

    def _target(self, one: ScreenClass, ai: Declaration) -> Target:
        return Target(self.folder / f"{one.name}.mp4", one.width, one.height, self.fit, ai=ai)

    def _views(
        self, clip: Clip, classes: Sequence[ScreenClass], seconds: float
    ) -> ffmpeg_commands.Views:
        """Sources for pages' pictures: the rendition that shows the clip largest."""
        target = self._target(fullest(classes, clip.width, clip.height), UNDECLARED)
        box = inner_box(clip, target)
        # Cropped parts are not in our clip any more.
        shape = (clip.width, clip.height) if target.fit == "whole" else (box.width, box.height)
        cells, cell_s = strip_cells(seconds)
        views = ffmpeg_commands.Views(
            box,
            self.folder / "poster.jpg",
            poster_size(*shape),
            self.folder / "thumbnail.jpg",
            thumbnail_size(*shape),
            self.folder / "filmstrip.jpg",
            cell_size(*shape),
            cells,
            cell_s,
        )
        transcode.picture(target.path, views)
        return views


def _made(
    cls: str,
    path: Path,
    media_type: str,
    size: tuple[int, int],
    encoded: transcode.Encoded | None = None,
) -> MadeFile:
    digests = digests_of(path)
    duration_ms = encoded.duration_ms if encoded is not None else None
    return MadeFile(
        cls, path, digests.digest, media_type, digests.bytes, *size, duration_ms, digests.blocks
    )


def _warnings(size: tuple[int, int], classes: Sequence[ScreenClass]) -> tuple[str, ...]:
    width, height = size
    most = min(min(c.width / width, c.height / height) for c in classes)
    return (UPSCALED,) if most > MOST_UPSCALING else ()
