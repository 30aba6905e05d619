"""Makes our versions of an uploaded clip: checks it whole, then encodes it for each screen."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from media import graphs
from media.graphs import Loudness
from media.limits import Limits
from media.probe import Clip, duration_ms, keep_length
from media.process import MIB, Bounds, Finished, ProgramFailed, ProgramTimedOut, run
from media.refusals import refusal

MEMORY_BYTES = 1536 * MIB  # address space; the private pages are about a third
SILENCE_LUFS = -60.0
LOUDNESS_JSON = re.compile(r"\{[^{}]*\"input_i\"[^{}]*\}")
CUT_OFF = re.compile(r"partial file|File ended prematurely")
OUT_OF_MEMORY = ("Cannot allocate memory", "malloc", "bad_alloc")

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """A clip decoded to its end: frames of ours it fills, loudness (None: no sound to keep)."""

    fps: int
    frames: int
    loudness: Loudness | None


def check(source: Path, clip: Clip, limits: Limits, progress: Progress) -> Checked:
    """Decode the whole clip; progress goes from 0 to 1.

    Raises MediaRefused if it is damaged, ends before its time or is longer than allowed.
    """
    fps = graphs.frames_per_second(clip.fps)
    expected = clip.picture_seconds or clip.seconds
    most = expected or limits.max_video_s
    follow = _Follower(round(most * fps), progress)
    try:
        argv = graphs.checking(source, clip, limits.max_video_s + 5)
        finished = run(argv, _bounds(25 + 3 * most), follow)
    except ProgramTimedOut as error:
        raise refusal("too_large_work") from error
    if finished.returncode != 0 or CUT_OFF.search(finished.stderr):
        raise refusal(_why(finished))
    seconds = follow.frames / fps
    if expected is not None and seconds < expected - max(0.5, 0.01 * expected):
        raise refusal("truncated")
    if not follow.frames:
        raise refusal("no_picture")
    keep_length(seconds, limits)
    loudness = _loudness(finished.stderr) if clip.has_sound else None
    return Checked(fps, follow.frames, loudness)


def encode(source: Path, clip: Clip, made: graphs.Encode, progress: Progress) -> int:
    """Make one rendition and return its exact length in ms; progress goes from 0 to 1.

    Raises ProgramFailed where it should have worked: the clip was decoded before.
    """
    follow = _Follower(made.frames, progress)
    _must(run(graphs.encoding(source, clip, made), _bounds(60 + 20 * made.seconds), follow))
    return duration_ms(made.path)


def picture(source: Path, clip: Clip, poster: Path, thumbnail: Path) -> None:
    """Write poster (as displayed, at most full HD) and thumbnail (480 px wide) of a clip."""
    _must(run(graphs.picturing(source, clip, poster, thumbnail), _bounds(60)))


def try_out() -> None:
    """Encode a moment of nothing. Raises ProgramFailed if this machine's ffmpeg can't."""
    _must(run(graphs.trying(), _bounds(20)))


class _Follower:
    """Reads what ffmpeg writes to `-progress`: how many frames are out."""

    def __init__(self, expected: int, progress: Progress) -> None:
        self.frames = 0
        self._expected = max(expected, 1)
        self._progress = progress

    def __call__(self, line: str) -> None:
        key, _, value = line.partition("=")
        if key == "frame" and value.strip().isdigit():
            self.frames = int(value)
            self._progress(min(self.frames / self._expected, 1.0))


def _bounds(seconds: float) -> Bounds:
    return Bounds(seconds=seconds, memory_bytes=MEMORY_BYTES)


def _must(finished: Finished) -> None:
    if finished.returncode != 0:
        raise ProgramFailed("ffmpeg", finished.stderr[-500:].strip() or "was killed")


def _why(finished: Finished) -> str:
    if any(words in finished.stderr for words in OUT_OF_MEMORY):
        return "too_large_work"
    return "truncated" if CUT_OFF.search(finished.stderr) else "damaged"


def _loudness(complaints: str) -> Loudness | None:
    """Return what loudnorm measured, or None if there is nothing to hear (or to measure)."""
    found = LOUDNESS_JSON.findall(complaints)
    if not found:
        return None
    told: dict[str, str] = json.loads(found[-1])
    names = ("input_i", "input_tp", "input_lra", "input_thresh", "target_offset")
    values = [float(told[name]) for name in names]
    if not all(map(math.isfinite, values)) or values[0] <= SILENCE_LUFS:
        return None
    return Loudness(*values)
