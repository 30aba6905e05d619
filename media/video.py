"""Makes our versions of an uploaded clip: checks it whole, then encodes it for each screen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from media import graphs
from media.limits import Limits
from media.probe import END_TOLERANCE_S, Clip, duration_ms, keep_length
from media.process import MIB, Bounds, Finished, ProgramFailed, ProgramTimedOut, run
from media.refusals import refusal

MEMORY_BYTES = 1536 * MIB  # address space; the private pages are about a third
SILENCE_LUFS = -60.0
LOUDNESS_JSON = re.compile(r"\{[^{}]*\"input_i\"[^{}]*\}")
OUT_OF_MEMORY = ("Cannot allocate memory", "malloc", "bad_alloc")

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """A clip decoded to its end: the picture's length and loudness (None: no sound to keep)."""

    seconds: float
    loudness: Mapping[str, str] | None


def check(source: Path, clip: Clip, limits: Limits, progress: Progress) -> Checked:
    """Decode the whole clip; progress goes from 0 to 1.

    Raises MediaRefused if it is damaged, ends before its time or is longer than allowed.
    """
    expected = clip.seconds or limits.max_video_s
    follow = _Follower(expected, progress)
    argv = graphs.checking(source, clip, limits.max_video_s + 5)
    try:
        finished = run(argv, _bounds(25 + 3 * expected), follow)
    except ProgramTimedOut as error:
        raise refusal("too_large_work") from error
    if finished.returncode != 0:
        raise refusal(_why(finished))
    if _ends_early(follow.seconds, clip):
        raise refusal("truncated")
    if follow.seconds <= 0:
        raise refusal("no_picture")
    keep_length(follow.seconds, limits)
    loudness = _loudness(finished.stderr) if clip.has_sound else None
    return Checked(_picture_seconds(follow.seconds, clip), loudness)


def encode(source: Path, clip: Clip, made: graphs.Encode, progress: Progress) -> int:
    """Make one rendition and return its exact length in ms; progress goes from 0 to 1.

    Raises ProgramFailed where it should have worked: the clip was decoded before.
    """
    follow = _Follower(made.seconds, progress)
    _must(run(graphs.encoding(source, clip, made), _bounds(60 + 20 * made.seconds), follow))
    return duration_ms(made.path)


def picture(source: Path, clip: Clip, poster: Path, thumbnail: Path) -> None:
    """Write poster (as displayed, at most full HD) and thumbnail (480 px wide) of a clip."""
    _must(run(graphs.picturing(source, clip, poster, thumbnail), _bounds(60)))


class _Follower:
    """Reads what ffmpeg writes to `-progress`: how far the output is."""

    def __init__(self, expected_s: float, progress: Progress) -> None:
        self.seconds = 0.0
        self._expected_s = max(expected_s, 0.001)
        self._progress = progress

    def __call__(self, line: str) -> None:
        key, _, value = line.partition("=")
        if key == "out_time_us" and value.strip().lstrip("-").isdigit():
            self.seconds = max(self.seconds, int(value) / 1_000_000)
            self._progress(min(self.seconds / self._expected_s, 1.0))


def _bounds(seconds: float) -> Bounds:
    return Bounds(seconds=seconds, memory_bytes=MEMORY_BYTES)


def _must(finished: Finished) -> None:
    if finished.returncode != 0:
        raise ProgramFailed("ffmpeg", finished.stderr[-500:].strip() or "was killed")


def _ends_early(seconds: float, clip: Clip) -> bool:
    if clip.seconds is None:
        return False
    return seconds < clip.seconds - max(0.5, 0.01 * clip.seconds)


def _picture_seconds(decoded: float, clip: Clip) -> float:
    """Sound is padded to whole frames: what the picture says of itself is nearer the truth."""
    said = clip.picture_seconds
    return said if said and abs(said - decoded) <= END_TOLERANCE_S else decoded


def _why(finished: Finished) -> str:
    if any(words in finished.stderr for words in OUT_OF_MEMORY):
        return "too_large_work"
    if "partial file" in finished.stderr or "ended prematurely" in finished.stderr:
        return "truncated"
    return "damaged"


def _loudness(complaints: str) -> Mapping[str, str] | None:
    """Return what loudnorm measured, or None if there is nothing to hear."""
    found = LOUDNESS_JSON.findall(complaints)
    if not found:
        return None
    measured: dict[str, str] = json.loads(found[-1])
    return measured if float(measured["input_i"]) > SILENCE_LUFS else None
