"""Builds the ffmpeg commands that turn pictures of ours into the clips of the starter pack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from media.containers import file_url
from media.graphs import GLOBAL, PROGRESS, h264

FPS = 25
FEW_THREADS = ("-filter_complex_threads", "1")  # each reserves address space, which is bounded


@dataclass(frozen=True, slots=True)
class Scene:
    """A still picture and how many seconds it is seen, with the change to the next one."""

    picture: Path
    seconds: float


@dataclass(frozen=True, slots=True)
class Change:
    """How one scene becomes the next: ffmpeg's name of the transition, and its seconds."""

    name: str
    seconds: float


def joined(scenes: Sequence[Scene], change: Change, target: Path) -> list[str]:
    """Return the command that shows the scenes one after the other, each flowing into the next."""
    film: Any = None
    length = 0.0
    for scene in scenes:
        still = _still(scene, change.seconds)
        if film is None:
            film = still
        else:
            offset = round(length, 3)
            film = ffmpeg.filter(
                [film, still],
                "xfade",
                transition=change.name,
                duration=change.seconds,
                offset=offset,
            )
        length += scene.seconds
    frames = film.filter("trim", duration=round(length, 3)).filter("format", "yuv420p")
    sink = ffmpeg.output(frames, file_url(target), **h264(FPS))
    command: list[str] = sink.global_args(
        *GLOBAL, *PROGRESS, *FEW_THREADS, "-loglevel", "error"
    ).compile()
    return command


def seconds_of(scenes: Sequence[Scene]) -> float:
    """Return how long the film of these scenes lasts."""
    return sum(scene.seconds for scene in scenes)


def _still(scene: Scene, change_seconds: float) -> Any:
    opened = ffmpeg.input(
        file_url(scene.picture),
        f="image2",
        pattern_type="none",
        loop=1,
        framerate=FPS,
        threads=1,
        t=scene.seconds + change_seconds,
        protocol_whitelist="file,pipe",
    )
    steady = opened.filter("scale", out_color_matrix="bt709", out_range="tv")
    tagged = {"colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709"}
    return steady.filter("format", "yuv420p").filter("setparams", range="tv", **tagged)
