"""Takes one upload and makes everything that screens and pages need of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from media import graphs, video
from media.digests import digests_of
from media.images import Frame, make_images
from media.limits import Limits
from media.probe import Clip, probe
from media.progress import Steady
from media.refusals import refusal
from media.sizes import CLASSES, ScreenClass, thumbnail_size
from media.sniff import Kind, sniff

UPSCALED = "upscaled"  # shown more than twice as large as it is: it will look soft
MOST_UPSCALING = 2.0
CHECK_SHARE = 0.2


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
    """What became of an upload; width and height are its own, as displayed.

    `warnings` may hold 'upscaled'.
    """

    kind: Kind
    width: int
    height: int
    duration_ms: int | None
    renditions: tuple[MadeFile, ...]
    thumbnail: MadeFile
    poster: MadeFile | None
    warnings: tuple[str, ...] = ()


def process(
    source: Path,
    workdir: Path,
    limits: Limits,
    progress: Callable[[float], None],
    classes: Sequence[ScreenClass] = CLASSES,
) -> Processed:
    """Make all renditions of an upload in the work folder, which must be there.

    Progress grows to 1.0. Raises MediaRefused (final) or media.process.ProgramFailed (worth
    another try); files may be left in the work folder then, the source is never changed.
    """
    steady = Steady(progress)
    kind = sniff(source)
    if source.stat().st_size > limits.most_bytes(kind):
        raise refusal("too_large_bytes", limit=limits.most_bytes(kind) // (1024 * 1024))
    make = _from_image if kind == "image" else _from_clip
    made = make(source, workdir, limits, steady, classes)
    steady(1.0)
    return made


def _from_image(
    source: Path, workdir: Path, limits: Limits, steady: Steady, classes: Sequence[ScreenClass]
) -> Processed:
    frames = [Frame(workdir / f"{c.name}.jpg", c.width, c.height) for c in classes]
    thumbnail = workdir / "thumbnail.jpg"
    still = make_images(source, frames, thumbnail, limits, steady.part(0.0, 0.97))
    size = (still.width, still.height)
    return Processed(
        kind="image",
        width=still.width,
        height=still.height,
        duration_ms=None,
        renditions=tuple(
            _made(screens.name, frame.path, "image/jpeg", (frame.width, frame.height))
            for screens, frame in zip(classes, frames, strict=True)
        ),
        thumbnail=_made("thumbnail", thumbnail, "image/jpeg", thumbnail_size(*size)),
        poster=None,
        warnings=_warnings(size, classes),
    )


def _from_clip(
    source: Path, workdir: Path, limits: Limits, steady: Steady, classes: Sequence[ScreenClass]
) -> Processed:
    clip = probe(source, limits)
    checked = video.check(source, clip, limits, steady.part(0.0, CHECK_SHARE))
    poster, thumbnail = workdir / "poster.jpg", workdir / "thumbnail.jpg"
    video.picture(source, clip, poster, thumbnail)
    renditions = _encoded(source, workdir, clip, checked, steady.shares(CHECK_SHARE, classes))
    size = (clip.width, clip.height)
    return Processed(
        kind="video",
        width=clip.width,
        height=clip.height,
        duration_ms=renditions[0].duration_ms,
        renditions=renditions,
        thumbnail=_made("thumbnail", thumbnail, "image/jpeg", thumbnail_size(*size)),
        poster=_made("poster", poster, "image/jpeg", graphs.poster_size(clip)),
        warnings=_warnings(size, classes),
    )


def _encoded(
    source: Path,
    workdir: Path,
    clip: Clip,
    checked: video.Checked,
    shares: Iterable[tuple[ScreenClass, video.Progress]],
) -> tuple[MadeFile, ...]:
    renditions = []
    for screens, progress in shares:
        path = workdir / f"{screens.name}.mp4"
        size = (screens.width, screens.height)
        made = graphs.Encode(path, *size, checked.fps, checked.frames, checked.loudness)
        length_ms = video.encode(source, clip, made, progress)
        renditions.append(_made(screens.name, path, "video/mp4", size, length_ms))
    return tuple(renditions)


def _made(
    cls: str, path: Path, media_type: str, size: tuple[int, int], duration_ms: int | None = None
) -> MadeFile:
    digests = digests_of(path)
    return MadeFile(
        cls, path, digests.digest, media_type, digests.bytes, *size, duration_ms, digests.blocks
    )


def _warnings(size: tuple[int, int], classes: Sequence[ScreenClass]) -> tuple[str, ...]:
    width, height = size
    most = min(min(c.width / width, c.height / height) for c in classes)
    return (UPSCALED,) if most > MOST_UPSCALING else ()
