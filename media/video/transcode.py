"""Makes renditions of an uploaded clip: decoded once, validated and encoded on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from media.ai import mark
from media.limits import Limits, keep_length
from media.progress import Steady
from media.rejection_reasons import refusal
from media.sandbox.subprocess_limits import (
    MIB,
    Bounds,
    Finished,
    ProgramFailed,
    ProgramTimedOut,
    run,
)
from media.video import ffmpeg_commands
from media.video.loudness import Loudness, Tried, first_level, loudness_in, mended
from media.video.memory_budget import groups, most_bytes, needed_bytes
from media.video.memory_turns import memory_turn
from media.video.own_clip_index import clip_index
from media.video.picture_filters import Target
from media.video.probe import Clip

MEMORY_BYTES = 512 * MIB  # for what needs little
MOST_LEVELS = 6  # attempts to reach the loudness of peaky sound
CUT_OFF = re.compile(r"partial file|File ended prematurely")
OUT_OF_MEMORY = ("Cannot allocate memory", "malloc", "bad_alloc")

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Properties shared by all renditions of a clip."""

    duration_ms: int
    has_sound: bool


def encode(
    source: Path, clip: Clip, targets: Sequence[Target], limits: Limits, progress: Progress
) -> Encoded:
    """Make all renditions; progress goes from 0 to 1.

    Raises MediaRefused if the clip is damaged, ends before its time or is longer than allowed.
    """
    fps = ffmpeg_commands.frames_per_second(clip.fps)
    _draw_marks(targets)
    loudness = _transcode(source, clip, targets, limits, lambda done: progress(0.9 * done))
    made = clip_index(targets[0].path)
    if not made.frames:
        raise refusal("no_picture")
    expected = clip.picture_seconds or clip.seconds
    if expected is not None and made.frames / fps < expected - max(0.5, 0.01 * expected):
        raise refusal("truncated")
    keep_length(made.frames / fps, limits)
    if loudness is not None:
        _add_sound(source, targets, loudness, made.frames / fps)
        progress(0.99)
    return Encoded(round(made.seconds * 1000), loudness is not None)


def _draw_marks(targets: Sequence[Target]) -> None:
    """Draw the marks of AI-made content, one for each size."""
    for target in targets:
        if target.mark is not None:
            mark.drawn(target.width, target.height).save(target.mark)


def picture(clip: Path, views: ffmpeg_commands.Views) -> None:
    """Take poster, thumbnail and filmstrip of a clip of ours."""
    must(run(ffmpeg_commands.picturing(clip, views), _bounds(300)))


def try_out() -> None:
    """Encode a moment of black. Raises ProgramFailed if this machine's ffmpeg can't."""
    must(run(ffmpeg_commands.trying(), _bounds(20)))


def _transcode(
    source: Path, clip: Clip, targets: Sequence[Target], limits: Limits, progress: Progress
) -> Loudness | None:
    """Make the pictures of all targets.

    The first run decodes sound too, so it finds every fault.
    """
    parts = list(groups(clip, targets))
    steady = Steady(progress)
    reports = [
        _run_one(source, clip, part, limits, share, listen=clip.has_sound and part is parts[0])
        for part, share in steady.shares(0.0, parts)
    ]
    return loudness_in(reports[0]) if clip.has_sound else None


def _run_one(
    source: Path,
    clip: Clip,
    targets: Sequence[Target],
    limits: Limits,
    progress: Progress,
    *,
    listen: bool,
) -> str:
    most = clip.picture_seconds or clip.seconds or limits.max_video_s
    follow = Follower(round(most * ffmpeg_commands.frames_per_second(clip.fps)), progress)
    argv = ffmpeg_commands.transcoding(source, clip, targets, limits.max_video_s + 5, listen=listen)
    bounds = Bounds(60 + 20 * most * len(targets), most_bytes(clip, targets))
    try:
        with memory_turn(needed_bytes(clip, targets)):
            finished = run(argv, bounds, follow)
    except ProgramTimedOut as error:
        raise refusal("too_large_work") from error
    if finished.returncode != 0 or CUT_OFF.search(finished.stderr):
        raise refusal(_why(finished))
    return finished.stderr


def _add_sound(source: Path, targets: Sequence[Target], loudness: Loudness, seconds: float) -> None:
    sound = targets[0].path.with_suffix(".sound.mp4")
    _level(source, loudness, seconds, sound)
    for target in targets:
        joined = target.path.with_suffix(".joined.mp4")
        command = ffmpeg_commands.joining(target.path, sound, joined, target.ai)
        must(run(command, _bounds(60 + seconds)))
        joined.replace(target.path)
    sound.unlink()


def _level(source: Path, loudness: Loudness, seconds: float, sound: Path) -> None:
    level, before = first_level(loudness), None
    bounds = _bounds(60 + seconds)
    for _ in range(MOST_LEVELS):
        must(run(ffmpeg_commands.sounding(source, level, seconds, sound), bounds))
        finished = run(ffmpeg_commands.metering(sound), bounds)
        must(finished)
        measured = loudness_in(finished.stderr)
        tried = Tried(level, measured) if measured is not None else None
        better = mended(tried, before) if tried is not None else None
        if better is None:
            break
        level, before = better, tried


class Follower:
    """Reads what ffmpeg writes to `-progress`: how many frames are out."""

    def __init__(self, expected: int, progress: Progress) -> None:
        self._expected = max(expected, 1)
        self._progress = progress

    def __call__(self, line: str) -> None:
        key, _, value = line.partition("=")
        if key == "frame" and value.strip().isdigit():
            self._progress(min(int(value) / self._expected, 1.0))


def _bounds(seconds: float) -> Bounds:
    return Bounds(seconds=seconds, memory_bytes=MEMORY_BYTES)


def must(finished: Finished) -> None:
    """Raise ProgramFailed, with the end of what it complained, if ffmpeg didn't do its work."""
    if finished.returncode != 0:
        raise ProgramFailed("ffmpeg", finished.stderr[-500:].strip() or "was killed")


def _why(finished: Finished) -> str:
    if any(words in finished.stderr for words in OUT_OF_MEMORY):
        return "too_large_work"
    return "truncated" if CUT_OFF.search(finished.stderr) else "damaged"
