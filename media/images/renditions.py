"""Makes our versions of an uploaded picture, in a child that hostile files can't hurt us from."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from media.ai.label import UNDECLARED, Declaration, Label
from media.errors import MediaRefused
from media.inspection.truncation import ends_early
from media.limits import Limits
from media.rejection_reasons import refusal
from media.sandbox.subprocess_limits import (
    MIB,
    Bounds,
    Finished,
    ProgramFailed,
    ProgramTimedOut,
    python_argv,
    run,
)
from media.screen_classes import Fit

CRASHES = (-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGFPE, -signal.SIGILL)
CHILD_BOUNDS = Bounds(seconds=50, memory_bytes=720 * MIB, file_bytes=1024 * MIB)


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture to be made: its path and size in pixels."""

    path: Path
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Still:
    """The upload's size as displayed, in pixels; `label`: that of AI-made pictures, if any."""

    width: int
    height: int
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class Moving:
    """The picture moves, and was filmed; `label`: that of AI-made pictures, if any."""

    label: Label | None = None


@dataclass(frozen=True, slots=True)
class Pictures:
    """The outputs for a picture: frames and a thumbnail, or the film of an animation.

    With the fit `bare` a frame is as large as the picture needs, at most its given size. `ai`: the
    facts on AI-made content, which gets a mark and a label.
    """

    frames: Sequence[Frame]
    thumbnail: Path
    film: Path
    fit: Fit | Literal["bare"] = "whole"
    ai: Declaration = UNDECLARED


def make_images(
    source: Path, wanted: Pictures, limits: Limits, progress: Callable[[float], None]
) -> Still | Moving:
    """Write the frames (letterboxed; JPEG, or PNG or BMP by their names) and the thumbnail.

    `Moving` if the picture moves: then only the film was written. Progress goes from 0 to 1.
    Raises MediaRefused, or ProgramFailed if the fault is ours.
    """
    return _made(source, _order(source, wanted, limits), progress)


def make_photo(source: Path, folder: Path, limits: Limits) -> bytes:
    """Return a re-encoded photo: a JPEG of at most 300,000 bytes and 1,600 px, without metadata.

    `folder` is for temporary files. Raises MediaRefused, also for animations, or ProgramFailed.
    """
    small = folder / "photo.jpg"
    wanted = Pictures((), folder / "thumbnail.jpg", folder / "film.mkv")
    order = {**_order(source, wanted, limits), "photo": str(small.absolute())}
    if isinstance(_made(source, order, lambda _fraction: None), Moving):
        raise refusal("unsupported_picture")
    return small.read_bytes()


def _made(source: Path, order: dict[str, Any], progress: Callable[[float], None]) -> Still | Moving:
    if ends_early(source):
        raise refusal("truncated")
    answers: list[dict[str, Any]] = []

    def take(line: str) -> None:
        words: dict[str, Any] = json.loads(line)
        if "progress" in words:
            progress(words["progress"])
        else:
            answers.append(words)

    try:
        finished = run(python_argv("media.images.worker", json.dumps(order)), CHILD_BOUNDS, take)
    except ProgramTimedOut as error:
        raise refusal("too_large_work") from error
    return _still(answers, finished)


def _order(source: Path, wanted: Pictures, limits: Limits) -> dict[str, Any]:
    return {
        "source": str(source.absolute()),
        "outputs": [
            asdict(frame) | {"path": str(frame.path.absolute())} for frame in wanted.frames
        ],
        "thumbnail": str(wanted.thumbnail.absolute()),
        "film": str(wanted.film.absolute()),
        "fit": wanted.fit,
        "ai": wanted.ai.as_order(),
        "limits": asdict(limits),
    }


def _still(answers: Sequence[dict[str, Any]], finished: Finished) -> Still | Moving:
    answer = answers[-1] if answers else {}
    if "refused" in answer:
        raise MediaRefused(*answer["refused"])
    if finished.returncode in CRASHES:
        raise refusal("damaged")  # a decoder crashed on this file, and will again
    if finished.returncode < 0:
        raise refusal("too_large_work")  # ended by its limits
    if "filmed" in answer:
        return Moving(answer["label"])
    if "size" not in answer:
        raise ProgramFailed("media.images.worker", finished.stderr[-1000:])
    width, height = answer["size"]
    return Still(width, height, answer["label"])
