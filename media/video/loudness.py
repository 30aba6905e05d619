"""ffmpeg filters for sound: measure it, then bring it to the target loudness.

Loudness as in EBU R 128. A limiter cuts the peaks that the gain raises too high, which lowers the
loudness a little: so it is measured again, and the gain corrected.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any

TARGET_LUFS = -16.0
MOST_OFF_LU = 0.5
CEILING_DBTP = -1.0
LEAST_STEP_DB = 0.1
LEAST_KEPT = 0.1
MARGIN_DB = 1.0  # AAC overshoots
SAMPLE_RATE = 48000
OVERSAMPLED = 192000  # peaks between the samples are seen there
SHORTEST_S = 3  # shorter sounds are measured with silence appended, which R 128 ignores
SILENCE_LUFS = -60.0
REPORT = re.compile(r"\{[^{}]*\"input_i\"[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Loudness:
    """Measured values: loudness in LUFS, true peak in dBTP."""

    integrated: float
    peak: float


@dataclass(frozen=True, slots=True)
class Level:
    """A change of sound: a gain, and the maximum peak, both in dB."""

    gain_db: float
    ceiling_db: float = CEILING_DBTP - MARGIN_DB


def first_level(loudness: Loudness) -> Level:
    """Return the gain that brings sound of that loudness to the target."""
    return Level(TARGET_LUFS - loudness.integrated)


@dataclass(frozen=True, slots=True)
class Tried:
    """A level, and the loudness that resulted from it."""

    level: Level
    measured: Loudness


def mended(tried: Tried, before: Tried | None) -> Level | None:
    """Return a better level for the same sound; None if the result is good enough.

    `before`: the previous attempt, which shows how much of a gain the limiter takes back.
    """
    off = TARGET_LUFS - tried.measured.integrated
    over = max(tried.measured.peak - CEILING_DBTP, 0.0)
    if abs(off) <= MOST_OFF_LU and not over:
        return None
    kept = 1.0
    if before is not None and abs(tried.level.gain_db - before.level.gain_db) > LEAST_STEP_DB:
        gained = tried.level.gain_db - before.level.gain_db
        kept = (tried.measured.integrated - before.measured.integrated) / gained
    gain_db = tried.level.gain_db + off / min(max(kept, LEAST_KEPT), 1.0)
    return Level(gain_db, tried.level.ceiling_db - over)


def measuring() -> str:
    """Return the ffmpeg filters that measure; the result is printed on stderr.

    They are in no graph with pictures: those would queue while loudnorm reads ahead.
    """
    stereo = f"aformat=sample_rates={SAMPLE_RATE}:channel_layouts=stereo"
    padded = f"apad=whole_dur={SHORTEST_S}"
    return (
        f"aresample={SAMPLE_RATE}:async=1:first_pts=0,{stereo},{padded},loudnorm=print_format=json"
    )


def levelled(sound: Any, level: Level, seconds: float) -> Any:
    """Change sound by the level; exactly as long as the picture, so the clip has one length."""
    louder = _stereo(sound).filter("volume", f"{level.gain_db:.2f}dB", precision="float")
    limit = f"{10 ** (level.ceiling_db / 20):.6f}"
    limited = louder.filter("aresample", OVERSAMPLED).filter(
        "alimiter", limit=limit, attack=5, release=50, level="false", latency="true"
    )
    same_length = limited.filter("aresample", SAMPLE_RATE).filter("apad")
    return same_length.filter("atrim", end=f"{seconds:.6f}")


def loudness_in(complaints: str) -> Loudness | None:
    """Return loudnorm's measurement; None if the sound is silent (or missing)."""
    found = REPORT.findall(complaints)
    if not found:
        return None
    report: dict[str, str] = json.loads(found[-1])
    integrated, peak = float(report["input_i"]), float(report["input_tp"])
    if not (math.isfinite(integrated) and math.isfinite(peak)) or integrated <= SILENCE_LUFS:
        return None
    return Loudness(integrated, peak)


def _stereo(sound: Any) -> Any:
    """From the clip's start, gaps closed, two channels: equal input for all passes."""
    return sound.filter("aresample", SAMPLE_RATE, **{"async": 1, "first_pts": 0}).filter(
        "aformat", sample_rates=SAMPLE_RATE, channel_layouts="stereo"
    )
