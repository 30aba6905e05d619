"""ffmpeg filters for pictures: constant rate, upright, standard colours, fitted to a frame."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from media.ai.label import UNDECLARED, Declaration
from media.screen_classes import Fit
from media.video.probe import Clip

DARKER = 0.6
PALER = "128+(val-128)*0.7"
LATE_S = 0.1
SLIVER_PX = 4


@dataclass(frozen=True, slots=True)
class Target:
    """A rendition to be made: path, size in pixels, and fit.

    The profile is H.264's: small decoders need `baseline`. `ai`: the facts on AI-made
    content; its mark, if one is drawn, is in a file beside the rendition.
    """

    path: Path
    width: int
    height: int
    fit: Fit = "whole"
    profile: Literal["high", "baseline"] = "high"
    ai: Declaration = UNDECLARED

    @property
    def mark(self) -> Path | None:
        """Where the mark to be laid over it is drawn, if it needs one."""
        return self.path.with_suffix(".mark.png") if self.ai.draws_mark else None


@dataclass(frozen=True, slots=True)
class Box:
    """The position of a picture in its frame, in pixels."""

    left: int
    top: int
    width: int
    height: int


def inner_box(clip: Clip, target: Target) -> Box:
    """Return the picture's position in the frame: even, and almost full counts as full."""
    full = Box(0, 0, target.width, target.height)
    if target.fit == "crop":
        return full
    scale = min(target.width / clip.width, target.height / clip.height)
    width, height = (max(round(side * scale / 2) * 2, 2) for side in (clip.width, clip.height))
    if target.width - width <= SLIVER_PX and target.height - height <= SLIVER_PX:
        return full
    left, top = (target.width - width) // 4 * 2, (target.height - height) // 4 * 2
    return Box(left, top, width, height)


def steady(picture: Any, clip: Clip, fps: int) -> Any:
    """Whole frames at a constant rate from the clip's first instant."""
    if clip.interlaced:
        picture = picture.filter("bwdif", mode="send_frame")
    if abs(clip.begins_s) < LATE_S:
        # Sound often begins a few ms early: no reason to repeat a frame.
        picture = picture.filter("setpts", "PTS-STARTPTS")
    return picture.filter("fps", fps, start_time=0)


def framed(picture: Any, clip: Clip, target: Target) -> Any:
    """Square pixels, right colours, the picture in its frame."""
    box = inner_box(clip, target)
    if target.fit == "crop":
        whole = _cropped(picture, clip, target)
    else:
        whole = _standard_colours(picture, clip, (box.width, box.height))
    if box != Box(0, 0, target.width, target.height):
        whole = _on_blurred_fill(whole, box, target)
    tagged = {"colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709"}
    return whole.filter("format", "yuv420p").filter("setparams", range="tv", **tagged)


def _cropped(picture: Any, clip: Clip, target: Target) -> Any:
    scale = max(target.width / clip.width, target.height / clip.height)
    width, height = (-(-round(side * scale) // 2) * 2 for side in (clip.width, clip.height))
    size = max(width, target.width), max(height, target.height)
    whole = _standard_colours(picture, clip, size)
    return whole.filter("crop", target.width, target.height)


def _standard_colours(picture: Any, clip: Clip, size: tuple[int, int]) -> Any:
    """Scale to that size and to 8-bit bt709: in one step, since a 4K frame more costs 12 MB."""
    if clip.hdr:
        wide = {"color_primaries": "bt2020", "colorspace": "bt2020nc"}  # often missing
        small = picture.filter("scale", *size).filter("setparams", **wide)
        linear = small.filter("zscale", transfer="linear", npl=100, primaries="bt709")
        toned = linear.filter("format", "gbrpf32le").filter("tonemap", tonemap="hable", desat=0)
        standard = toned.filter("zscale", t="bt709", m="bt709", r="tv")
    else:
        guess = {} if clip.has_colour_space or clip.height < 720 else {"in_color_matrix": "bt709"}
        matrix = {"out_color_matrix": "bt709", "out_range": "tv"}
        standard = picture.filter("scale", *size, flags="lanczos", **matrix, **guess)
    return standard.filter("format", "yuv420p").filter("setsar", 1)


def _on_blurred_fill(picture: Any, box: Box, target: Target) -> Any:
    copies = picture.filter_multi_output("split")
    small = [max(side // 12 // 2 * 2, 2) for side in (target.width, target.height)]
    cover = (
        copies[0]
        .filter("scale", *small, force_original_aspect_ratio="increase", flags="bilinear")
        .filter("crop", *small)
        .filter("gblur", sigma=6)
        .filter("lutyuv", y=f"16+(val-16)*{DARKER}", u=PALER, v=PALER)
        .filter("scale", target.width, target.height, flags="bicubic")
        .filter("setsar", 1)
    )
    return cover.overlay(copies[1], x=box.left, y=box.top)
