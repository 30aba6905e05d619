"""Makes the clips of the starter pack from our own templates, and times its slides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media.progress import Steady
from media.sandbox.subprocess_limits import MIB, Bounds, run
from media.slides import engine as slides
from media.slides.canvas import Canvas
from media.slides.checks.reading_time import SIGNS_PER_S, reading_s, signs
from media.slides.rect import Box
from media.starter import ffmpeg_commands, sounds
from media.starter.dialogues import STORIES, Story, chat
from media.starter.ffmpeg_commands import Arrival, Change, Scene
from media.starter.slides import SHORTEST_S
from media.video.transcode import Follower, must

FULL_HD = (1920, 1080)
CLIP_BOUNDS = Bounds(seconds=600, memory_bytes=2048 * MIB)
CHANGE = Change("smoothleft", 0.5)
OPENING_S, VERDICT_S, TIP_S = 1.4, 2.6, 4.4
LINGER_S = 0.5


@dataclass(frozen=True, slots=True)
class StarterClip:
    """A clip of the pack."""

    title: str
    seconds: float
    path: Path


def make_clips(
    folder: Path, progress: Callable[[float], None], size: tuple[int, int] = FULL_HD
) -> tuple[StarterClip, ...]:
    """Write the pack's films into a folder, which must be there.

    Progress grows to 1.0. Raises media.sandbox.subprocess_limits.ProgramFailed, or
    media.slides.text.fonts.FontMissing.
    """
    steady, share = Steady(progress), 1.0 / len(STORIES)
    clips = tuple(
        _clip(story, folder, size, steady.part(share * number, share * (number + 1)))
        for number, story in enumerate(STORIES)
    )
    steady(1.0)
    return clips


def seconds_for(template: str, fields: Mapping[str, Any]) -> int:
    """How long a slide of the pack is shown: at least its reading time."""
    return max(SHORTEST_S, reading_s(slides.template(template)["fields"], fields))


def _clip(
    story: Story, folder: Path, size: tuple[int, int], progress: Callable[[float], None]
) -> StarterClip:
    """The chat line by line; then the verdict, the advice and the number to call."""
    scenes = _scenes(story, folder, size)
    sound = folder / f"{story.name}.wav"
    sounds.write(_sounds(story, scenes), ffmpeg_commands.seconds_of(scenes), sound)
    target = folder / f"clip-{story.name}.mp4"
    _film(scenes, sound, target, progress)
    for scene in scenes:
        for picture in (scene.picture, *(part.picture for part in scene.arrivals)):
            picture.unlink()
    sound.unlink()
    return StarterClip(story.title, ffmpeg_commands.seconds_of(scenes), target)


def _film(
    scenes: Sequence[Scene], sound: Path, target: Path, progress: Callable[[float], None]
) -> None:
    frames = round(ffmpeg_commands.seconds_of(scenes) * ffmpeg_commands.FPS)
    command = ffmpeg_commands.joined(scenes, CHANGE, sound, target)
    must(run(command, CLIP_BOUNDS, Follower(frames, progress)))


def _scenes(story: Story, folder: Path, size: tuple[int, int]) -> list[Scene]:
    after: tuple[tuple[str, Mapping[str, Any], float], ...] = (
        ("slogan", {"lines": list(story.verdict), "colour": "红色"}, VERDICT_S),
        ("weekly_tip", story.tip, TIP_S),
    )
    scenes = [_chat_scene(story, folder, size)]
    for template, fields, seconds in after:
        picture = _saved(slides.drawn(template, fields, *size), folder / f"{story.name}-{template}")
        scenes.append(Scene(picture, seconds))
    return scenes


def _chat_scene(story: Story, folder: Path, size: tuple[int, int]) -> Scene:
    """The lines as parts that arrive one by one, each after the previous one's reading time."""
    empty, _ = chat(story, *size, shown=0)
    full, bubbles = chat(story, *size, shown=len(story.lines))
    parts, at_s = [], OPENING_S
    for number, (line, bubble) in enumerate(zip(story.lines, bubbles, strict=True)):
        area = _area(full, bubble)
        picture = folder / f"{story.name}-{number}.png"
        full.image.crop(area).save(picture, "PNG", compress_level=1)
        rise = round(full.unit * 5)
        parts.append(Arrival(picture, area[0], area[1], round(at_s, 2), rise))
        at_s += signs(line) / SIGNS_PER_S + LINGER_S
    return Scene(_saved(empty, folder / story.name), round(at_s, 2), tuple(parts))


def _area(canvas: Canvas, bubble: Box) -> tuple[int, int, int, int]:
    """A bubble with its tail, in whole pixels."""
    left, top, right, bottom = (round(side) for side in bubble.corners)
    return left, top, right, min(bottom + round(canvas.unit * 1.6), canvas.height)


def _sounds(story: Story, scenes: Sequence[Scene]) -> list[sounds.Tone]:
    conversation = scenes[0]
    tones = sounds.ring(0.1) if story.rings else sounds.message(0.3)
    for part in conversation.arrivals:
        tones += sounds.message(part.at_s)
    return tones + sounds.verdict(conversation.seconds)


def _saved(canvas: Canvas, path: Path) -> Path:
    target = path.with_suffix(".png")
    canvas.image.save(target, "PNG", compress_level=1)
    return target
