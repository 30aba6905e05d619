"""Builds the ffmpeg commands that turn pictures and sounds of ours into clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from media.inspection.containers import file_url
from media.video.ffmpeg_commands import FEW_THREADS, GLOBAL, PROGRESS, h264

FPS = 25
RISE_S = 0.45  # how long a part takes to come to its place


@dataclass(frozen=True, slots=True)
class Arrival:
    """A part that rises to its place (pixels) in a scene, so many seconds after it begins."""

    picture: Path
    left: int
    top: int
    at_s: float
    rise_px: int


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture, how many seconds it is seen, and what arrives on it meanwhile."""

    picture: Path
    seconds: float
    arrivals: tuple[Arrival, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """How one scene becomes the next: ffmpeg's name of the transition, and its seconds."""

    name: str
    seconds: float


def joined(scenes: Sequence[Scene], change: Change, sound: Path, target: Path) -> list[str]:
    """Return the command that shows the scenes one after the other, each flowing into the next."""
    film: Any = None
    length = 0.0
    for scene in scenes:
        shown = _scene(scene, change.seconds)
        if film is None:
            film = shown
        else:
            timing = {"duration": change.seconds, "offset": round(length, 3)}
            film = ffmpeg.filter([film, shown], "xfade", transition=change.name, **timing)
        length += scene.seconds
    frames = film.filter("trim", duration=round(length, 3)).filter("format", "yuv420p")
    audio = ffmpeg.input(file_url(sound), f="wav", protocol_whitelist="file,pipe").audio
    voice = {"acodec": "aac", "audio_bitrate": "96k", "ac": 2, "flags:a": "+bitexact"}
    sink = ffmpeg.output(frames, audio, file_url(target), **h264(FPS), **voice)
    command: list[str] = sink.global_args(
        *GLOBAL, *PROGRESS, *FEW_THREADS, "-loglevel", "error"
    ).compile()
    return command


def seconds_of(scenes: Sequence[Scene]) -> float:
    """Return how long the film of these scenes lasts."""
    return sum(scene.seconds for scene in scenes)


def _scene(scene: Scene, change_seconds: float) -> Any:
    # The filter repeats the one frame when it is asked for one; an input that loops would be read
    # ahead, and fill the memory while other scenes are on.
    repeated = round((scene.seconds + change_seconds) * FPS) - 1
    shown = _opened(scene.picture).filter("loop", loop=repeated, size=1, start=0)
    for part in scene.arrivals:
        rise = f"{part.top}+{part.rise_px}*pow(max(0,1-(t-{part.at_s})/{RISE_S}),3)"
        place = {"x": part.left, "y": rise, "enable": f"gte(t,{part.at_s})"}
        shown = ffmpeg.filter([shown, _opened(part.picture)], "overlay", format="yuv420", **place)
    return shown


def _opened(picture: Path) -> Any:
    """One frame, brought to the colours of video once."""
    frame = ffmpeg.input(
        file_url(picture),
        f="image2",
        pattern_type="none",
        framerate=FPS,
        threads=1,
        protocol_whitelist="file,pipe",
    )
    steady = frame.filter("scale", out_color_matrix="bt709", out_range="tv")
    tagged = {"colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709"}
    return steady.filter("format", "yuv420p").filter("setparams", range="tv", **tagged)
