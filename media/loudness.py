"""What ffmpeg does to a clip's sound: measured, then brought to the loudness of the house."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any

TARGET = {"I": -16, "TP": -2, "LRA": 20}  # 1 dB below the ceiling of -1: AAC overshoots
SAMPLE_RATE = 48000
SILENCE_LUFS = -60.0
TOLD = re.compile(r"\{[^{}]*\"input_i\"[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Loudness:
    """What loudnorm measured: LUFS, dBTP, LU, LUFS and the offset it asks to be given back."""

    integrated: float
    peak: float
    spread: float
    threshold: float
    offset: float

    @property
    def excess_db(self) -> float:
        """How far damaged sound is above full scale, where loudnorm can't follow."""
        return max(self.integrated, 0.0)


def measuring() -> str:
    """Return ffmpeg's name of the filters that measure, to be read out of its complaints.

    They stand in no graph with pictures: those would queue while loudnorm looks ahead.
    """
    wanted = ":".join(f"{name}={value}" for name, value in TARGET.items())
    stereo = f"aformat=sample_rates={SAMPLE_RATE}:channel_layouts=stereo"
    return (
        f"aresample={SAMPLE_RATE}:async=1:first_pts=0,{stereo},loudnorm={wanted}:print_format=json"
    )


def levelled(sound: Any, loudness: Loudness, seconds: float) -> Any:
    """Bring measured sound to the target, exactly as long as the picture."""
    less = loudness.excess_db
    known = {
        "measured_I": f"{max(loudness.integrated - less, -99):.2f}",
        "measured_TP": f"{min(max(loudness.peak - less, -99), 99):.2f}",
        "measured_LRA": f"{min(max(loudness.spread, 0), 99):.2f}",
        "measured_thresh": f"{min(max(loudness.threshold - less, -99), 0):.2f}",
        "offset": f"{min(max(loudness.offset, -99), 99):.2f}",
    }
    tamed = _stereo(sound).filter("volume", f"{-less:.2f}dB")
    level = tamed.filter("loudnorm", **TARGET, **known, linear="true")
    # As long as the picture to the sample, so that the clip has one length.
    same_length = level.filter("aresample", SAMPLE_RATE).filter("apad")
    return same_length.filter("atrim", end=f"{seconds:.6f}")


def loudness_in(complaints: str) -> Loudness | None:
    """Return what loudnorm measured, or None if there is nothing to hear (or to measure)."""
    found = TOLD.findall(complaints)
    if not found:
        return None
    told: dict[str, str] = json.loads(found[-1])
    names = ("input_i", "input_tp", "input_lra", "input_thresh", "target_offset")
    values = [float(told[name]) for name in names]
    if not all(map(math.isfinite, values)) or values[0] <= SILENCE_LUFS:
        return None
    return Loudness(*values)


def _stereo(sound: Any) -> Any:
    """From the clip's start, gaps closed, two channels: both passes must hear the same."""
    return sound.filter("aresample", SAMPLE_RATE, **{"async": 1, "first_pts": 0}).filter(
        "aformat", sample_rates=SAMPLE_RATE, channel_layouts="stereo"
    )
