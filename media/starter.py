"""Makes the starter pack: slides, two clips and the waiting picture, all from our own templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media import slides, starter_graphs
from media.canvas import Canvas
from media.process import MIB, Bounds, ProgramFailed, run
from media.progress import Steady
from media.starter_graphs import Change, Scene
from media.waiting import waiting_picture

FULL_HD = (1920, 1080)
CLIP_BOUNDS = Bounds(seconds=120, memory_bytes=2048 * MIB)
REVEAL = Change("wiperight", 0.4)
SLIDE = Change("smoothleft", 0.5)
WARNINGS = (
    ("先垫钱的刷单", "都是诈骗"),
    ("转到“安全账户”", "都是诈骗"),
    ("要求共享屏幕的", "立即挂断"),
)


@dataclass(frozen=True, slots=True)
class StarterSlide:
    """A slide of the pack: its PNG, and what it was made of."""

    template: str
    fields: Mapping[str, Any]
    title: str
    title_en: str
    duration_s: int
    path: Path


@dataclass(frozen=True, slots=True)
class StarterClip:
    """A clip of the pack."""

    title: str
    title_en: str
    seconds: float
    path: Path


@dataclass(frozen=True, slots=True)
class StarterPack:
    """All that a new installation can show at once."""

    slides: tuple[StarterSlide, ...]
    clips: tuple[StarterClip, ...]
    waiting: Path


def make(
    folder: Path, progress: Callable[[float], None], size: tuple[int, int] = FULL_HD
) -> StarterPack:
    """Write the pack into a folder, which must be there; the same bytes each time.

    Progress grows to 1.0. Raises media.process.ProgramFailed, or media.fonts.FontMissing.
    """
    steady = Steady(progress)
    waiting = folder / "waiting.png"
    waiting.write_bytes(waiting_picture(*size))
    stills = _slides(folder, size, steady.part(0.0, 0.15))
    clips = (
        _slogan_clip(folder, size, steady.part(0.15, 0.55)),
        _warning_clip(folder, size, steady.part(0.55, 0.99)),
    )
    steady(1.0)
    return StarterPack(stills, clips, waiting)


def _slides(
    folder: Path, size: tuple[int, int], progress: Callable[[float], None]
) -> tuple[StarterSlide, ...]:
    made = []
    templates = slides.templates()
    for number, each in enumerate(templates, start=1):
        name = each["name"]
        fields = slides.example(name)
        path = folder / f"slide-{name}.png"
        path.write_bytes(slides.render(name, fields, *size))
        title, title_en, seconds = each["title"], each["title_en"], each["duration_s"]
        made.append(StarterSlide(name, fields, title, title_en, seconds, path))
        progress(number / len(templates))
    return tuple(made)


def _slogan_clip(
    folder: Path, size: tuple[int, int], progress: Callable[[float], None]
) -> StarterClip:
    """The slogan appears line by line."""
    fields = slides.example("slogan")
    states = _revealed("slogan", fields, fields["lines"], size)
    pictures = _saved(folder, "slogan", states)
    seconds = [0.6, *[1.28] * (len(pictures) - 2), 3.0]
    scenes = [Scene(path, length) for path, length in zip(pictures, seconds, strict=True)]
    target = folder / "clip-slogan.mp4"
    return _clip(scenes, REVEAL, target, ("反诈标语（动画）", "Slogan, animated"), progress)


def _warning_clip(
    folder: Path, size: tuple[int, int], progress: Callable[[float], None]
) -> StarterClip:
    """Three warnings slide by, then the hotlines."""
    states = [
        slides.drawn("slogan", {"lines": list(lines), "colour": "红色"}, *size)
        for lines in WARNINGS
    ]
    states.append(slides.drawn("hotlines", slides.example("hotlines"), *size))
    pictures = _saved(folder, "warning", states)
    scenes = [Scene(path, 1.8) for path in pictures[:-1]] + [Scene(pictures[-1], 3.4)]
    target = folder / "clip-warnings.mp4"
    return _clip(
        scenes, SLIDE, target, ("三句话识诈骗（动画）", "Three warnings, animated"), progress
    )


def _clip(
    scenes: Sequence[Scene],
    change: Change,
    target: Path,
    titles: tuple[str, str],
    progress: Callable[[float], None],
) -> StarterClip:
    seconds = starter_graphs.seconds_of(scenes)

    def follow(line: str) -> None:
        key, _, value = line.partition("=")
        if key == "frame" and value.strip().isdigit():
            progress(min(int(value) / (seconds * starter_graphs.FPS), 1.0))

    finished = run(starter_graphs.joined(scenes, change, target), CLIP_BOUNDS, follow)
    if finished.returncode != 0:
        raise ProgramFailed("ffmpeg", finished.stderr[-500:])
    for scene in scenes:
        scene.picture.unlink()
    return StarterClip(*titles, seconds, target)


def _revealed(
    name: str, fields: Mapping[str, Any], lines: Sequence[str], size: tuple[int, int]
) -> list[Canvas]:
    """The slide without these lines, then with one more of them each time."""
    full = slides.drawn(name, fields, *size)
    states = []
    for shown in range(len(lines) + 1):
        state = slides.drawn(name, fields, *size)
        hidden = slides.drawn(name, fields, *size, wordless=True)
        for written in full.written:
            if written.text in lines[shown:]:
                left, top, right, bottom = (round(x) for x in written.box.inset(-12).corners)
                state.image.paste(hidden.image.crop((left, top, right, bottom)), (left, top))
        states.append(state)
    return states


def _saved(folder: Path, name: str, states: Sequence[Canvas]) -> list[Path]:
    paths = [folder / f"{name}-{number}.png" for number in range(len(states))]
    for path, state in zip(paths, states, strict=True):
        state.image.save(path, "PNG", compress_level=1)
    return paths
