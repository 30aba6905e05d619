"""Reads a clip's properties by ffprobe, and rejects unsupported ones."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from media.ai.label import Label, of_tags
from media.inspection.containers import PICTURE_CODECS, SOUND_CODECS, file_url, safe_input
from media.inspection.mp4_boxes import is_protected
from media.inspection.truncation import ends_early
from media.limits import Limits, keep_length, keep_size
from media.rejection_reasons import refusal
from media.sandbox.subprocess_limits import Bounds, Finished, ProgramTimedOut, run

PROBE_BOUNDS = Bounds(seconds=20, memory_bytes=1024 * 1024 * 1024)
ENCRYPTED_TAG = "enc_key_id"  # ffmpeg's tag for Matroska's encryption
SAMPLES = {"444": 3.0, "422": 2.0, "rgb": 3.0, "gbr": 3.0, "rgba": 4.0}  # for each pixel
HDR_TRANSFERS = ("smpte2084", "arib-std-b67")
MATROSKA_DURATION = re.compile(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip's properties: size as displayed (rotation and pixel shape applied), length in seconds.

    `seconds`: the container's length, `picture_seconds`: the picture's own; None if not declared.
    `picture`: the index of its stream, which begins `begins_s` after the clip; `frame_bytes`: size
    of a decoded picture; `label`: that of AI-made clips, if any.
    """

    picture: int
    codec: str
    width: int
    height: int
    fps: Fraction
    seconds: float | None
    picture_seconds: float | None
    begins_s: float
    has_sound: bool
    interlaced: bool
    hdr: bool
    has_colour_space: bool
    frame_bytes: int
    label: Label | None = None


def probe(path: Path, limits: Limits) -> Clip:
    """Return the clip's properties. Raises MediaRefused if it can't be used."""
    if ends_early(path):
        raise refusal("truncated")
    found = _ask(path)
    streams: list[dict[str, Any]] = found.get("streams", [])
    if is_protected(path) or any(ENCRYPTED_TAG in stream.get("tags", {}) for stream in streams):
        raise refusal("encrypted")
    picture = next((stream for stream in streams if _is_picture(stream)), None)
    if picture is None:
        raise refusal("no_picture")
    sound = next((stream for stream in streams if stream.get("codec_type") == "audio"), None)
    clip = _clip(picture, found.get("format", {}), has_sound=sound is not None)
    _keep_limits(clip, limits)
    if sound is not None and sound.get("codec_name") not in SOUND_CODECS:
        raise refusal("unsupported_codec", codec=sound.get("codec_name", "?"))
    return clip


def _ask(path: Path) -> dict[str, Any]:
    argv = ["ffprobe", "-v", "error"]
    for option, value in safe_input(path).items():
        argv += [f"-{option}", value]
    argv += ["-show_format", "-show_streams", "-of", "json", "-i", file_url(path)]
    try:
        finished = run(argv, PROBE_BOUNDS)
    except ProgramTimedOut as error:
        raise refusal("too_large_work") from error
    if finished.returncode != 0:
        raise refusal(_why(finished))
    found: dict[str, Any] = json.loads(finished.stdout)
    return found


def _why(finished: Finished) -> str:
    if "not on whitelist" in finished.stderr:
        return "unsupported"
    if "moov atom not found" in finished.stderr:
        return "truncated"
    return "damaged"


def _is_picture(stream: Mapping[str, Any]) -> bool:
    is_cover = bool(stream.get("disposition", {}).get("attached_pic"))
    return stream.get("codec_type") == "video" and not is_cover


def _clip(stream: Mapping[str, Any], container: Mapping[str, Any], *, has_sound: bool) -> Clip:
    width, height = _displayed_size(stream)
    # Matroska declares the end of the clip, on a clock that may not begin at zero.
    early = max(_start(container), 0.0) if "matroska" in container.get("format_name", "") else 0.0
    return Clip(
        picture=int(stream["index"]),
        codec=str(stream.get("codec_name", "?")),
        width=width,
        height=height,
        fps=_rate(stream),
        seconds=_seconds(container, early),
        picture_seconds=_seconds(stream, early),
        begins_s=_start(stream) - _start(container),
        has_sound=has_sound,
        interlaced=stream.get("field_order") in ("tt", "bb", "tb", "bt"),
        hdr=stream.get("color_transfer") in HDR_TRANSFERS,
        has_colour_space=stream.get("color_space", "unknown") != "unknown",
        frame_bytes=_frame_bytes(stream),
        label=of_tags({**stream.get("tags", {}), **container.get("tags", {})}),
    )


def _frame_bytes(stream: Mapping[str, Any]) -> int:
    form = str(stream.get("pix_fmt", ""))
    samples = next((count for name, count in SAMPLES.items() if name in form), 1.5)
    deep = any(bits in form for bits in ("p10", "p12", "p14", "p16"))
    area = int(stream.get("width", 0)) * int(stream.get("height", 0))
    return int(area * samples * (2 if deep else 1))


def _displayed_size(stream: Mapping[str, Any]) -> tuple[int, int]:
    width, height = int(stream.get("width", 0)), int(stream.get("height", 0))
    aspect = _fraction(str(stream.get("sample_aspect_ratio", "1:1")).replace(":", "/"))
    if aspect > 0:
        width = round(width * aspect)
    turns = [each["rotation"] for each in stream.get("side_data_list", []) if "rotation" in each]
    if turns and round(float(turns[0]) / 90) % 2:
        width, height = height, width
    return width, height


def _rate(stream: Mapping[str, Any]) -> Fraction:
    average = _fraction(str(stream.get("avg_frame_rate", "0/0")))
    return average or _fraction(str(stream.get("r_frame_rate", "0/0")))


def _fraction(text: str) -> Fraction:
    """Read ffprobe's `30000/1001`; its `0/0` (unknown) is 0."""
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return Fraction(0)


def _seconds(part: Mapping[str, Any], early: float) -> float | None:
    if "duration" in part:
        return max(float(part["duration"]) - early, 0.0)
    # Matroska declares it in a tag, as 00:00:03.000000000.
    tag = MATROSKA_DURATION.fullmatch(str(part.get("tags", {}).get("DURATION", "")))
    if tag is None:
        return None
    hours, minutes, seconds = tag.groups()
    return max(int(hours) * 3600 + int(minutes) * 60 + float(seconds) - early, 0.0)


def _start(part: Mapping[str, Any]) -> float:
    return float(part.get("start_time", 0))


def _keep_limits(clip: Clip, limits: Limits) -> None:
    if clip.width < 1 or clip.height < 1:
        raise refusal("damaged")
    if clip.codec not in PICTURE_CODECS:
        raise refusal("unsupported_codec", codec=clip.codec)
    keep_size(clip.width, clip.height, limits)
    if clip.fps > limits.max_fps + 0.5:
        raise refusal("too_large_fps", fps=round(float(clip.fps)), limit=round(limits.max_fps))
    if clip.seconds is not None:
        keep_length(clip.seconds, limits)
