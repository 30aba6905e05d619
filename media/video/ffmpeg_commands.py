"""Builds every ffmpeg command of the product with ffmpeg-python; runs none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg
from PIL import Image

from media.ai.label import FIELD, UNDECLARED, Declaration, as_json
from media.ai.mark import place
from media.inspection.containers import PROTOCOLS, file_url, safe_input
from media.video.loudness import SAMPLE_RATE, Level, levelled, measuring
from media.video.picture_filters import Box, Target, framed, steady
from media.video.probe import Clip

THREADS = 2
# Of filters: each thread reserves address space, which is bounded, and copies of frames.
FEW_THREADS = ("-filter_complex_threads", "1")
GLOBAL = ("-hide_banner", "-nostdin", "-nostats", "-y")
PROGRESS = ("-progress", "pipe:1")
STRICT = ("-xerror",)
FULL_HD = 1920 * 1080
# Up to how many pixels x264's level for 30 frames a second reaches.
LEVELS = ((1280 * 720, "3.1"), (FULL_HD, "4.1"), (4096 * 2160, "5.1"))
RATE_KBIT = 6000  # at most, for full HD; smaller ones get their share
POSTER_FRAMES = 6  # key frames compared for the most representative one


@dataclass(frozen=True, slots=True)
class Grid:
    """Frames in rows, from left to right; each so many pixels wide and high."""

    wide: int
    high: int
    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class Views:
    """Pictures to be taken of one of our clips: paths and sizes.

    `box`: the picture's position in its frame. The filmstrip has `cells` pictures side by side, one
    for each `cell_s` seconds.
    """

    box: Box
    poster: Path
    poster_size: tuple[int, int]
    thumbnail: Path
    thumbnail_size: tuple[int, int]
    filmstrip: Path
    cell_size: tuple[int, int]
    cells: int
    cell_s: int


def frames_per_second(source: Fraction) -> int:
    """Return 25 or 30: the one that divides or is divided by the source's rate, else the next."""
    for fps in (25, 30):
        ratio = source / fps if source >= fps else (fps / source if source else Fraction(0))
        if ratio and abs(ratio - round(ratio)) < Fraction(1, 200):
            return fps
    return 25 if source <= 26 else 30


def transcoding(
    source: Path, clip: Clip, targets: Sequence[Target], most_seconds: float, *, listen: bool
) -> list[str]:
    """Return the command that decodes a clip once, to its end or the first fault.

    It encodes the picture for every target. With `listen` it decodes the sound as well, and prints
    the loudness at the end of stderr.
    """
    # A second thread of the decoder holds frames more, and gains nothing where filters and encoder
    # have a thread each: docs/media.md has the figures.
    opened = _hostile(source, most_seconds, threads=1)
    fps = frames_per_second(clip.fps)
    picture = steady(opened[str(clip.picture)], clip, fps)
    copies = picture.filter_multi_output("split", len(targets))
    sinks = [
        ffmpeg.output(
            _marked(framed(copies[number], clip, target), target),
            file_url(target.path),
            **{**h264(fps, target.width * target.height, target.profile), **_labelled(target.ai)},
        )
        for number, target in enumerate(targets)
    ]
    if listen:
        sinks.append(ffmpeg.output(opened["a:0"], "pipe:2", format="null", af=measuring()))
    options = (*PROGRESS, *STRICT, *FEW_THREADS, "-loglevel", "info")
    return _command(ffmpeg.merge_outputs(*sinks), *options)


def sounding(source: Path, level: Level, seconds: float, target: Path) -> list[str]:
    """Return the command that makes the sound of all renditions of a decoded clip."""
    sound = levelled(_hostile(source, seconds + 1)["a:0"], level, seconds)
    options = {"acodec": "aac", "audio_bitrate": "128k", "flags:a": "+bitexact", **_plain()}
    sink = ffmpeg.output(sound, file_url(target), **options)
    return _command(sink, *STRICT, "-loglevel", "error")


def metering(sound: Path) -> list[str]:
    """Return the command that prints the loudness of a sound of ours on stderr."""
    opened = ffmpeg.input(file_url(sound), **safe_input(sound)).audio
    sink = ffmpeg.output(opened, "pipe:2", format="null", af=measuring())
    return _command(sink, *STRICT, "-loglevel", "info")


def joining(picture: Path, sound: Path, target: Path, ai: Declaration = UNDECLARED) -> list[str]:
    """Return the command that puts picture and sound of ours into one file, index in front."""
    parts = ffmpeg.input(file_url(picture), **safe_input(picture)).video
    audio = ffmpeg.input(file_url(sound), **safe_input(sound)).audio
    sink = ffmpeg.output(
        parts, audio, file_url(target), codec="copy", **{**_plain(), **_labelled(ai)}
    )
    return _command(sink, *STRICT, "-loglevel", "error")


def picturing(clip: Path, views: Views) -> list[str]:
    """Return the command that takes poster, thumbnail and filmstrip of a clip of ours.

    Only its key frames are decoded, one each second.
    """
    opened = ffmpeg.input(file_url(clip), **safe_input(clip), skip_frame="nokey", threads=THREADS)
    box = views.box
    whole = opened.video.filter("crop", box.width, box.height, box.left, box.top)
    copies = whole.filter_multi_output("split", 2)
    telling = copies[0].filter("thumbnail", n=POSTER_FRAMES).filter_multi_output("split", 2)
    some = copies[1].filter("select", f"not(mod(n,{views.cell_s}))")
    small = some.filter("scale", *views.cell_size).filter("setsar", 1)
    strip = small.filter("tile", f"{views.cells}x1")
    width, height = views.cell_size
    sinks = [
        _jpeg(telling[0], views.poster, views.poster_size),
        _jpeg(telling[1], views.thumbnail, views.thumbnail_size),
        _jpeg(strip, views.filmstrip, (width * views.cells, height)),
    ]
    return _command(ffmpeg.merge_outputs(*sinks), *STRICT, "-loglevel", "error")


def glimpsing(clip: Path, at_s: float, grid: Grid, sheet: Path) -> list[str]:
    """Return the command that puts the frames of a clip of ours from a time on into one picture.

    Places without a frame are magenta.
    """
    opened = ffmpeg.input(file_url(clip), ss=f"{at_s:.3f}", **safe_input(clip), threads=THREADS)
    small = opened.video.filter("scale", grid.wide, grid.high).filter("setsar", 1)
    tiled = small.filter("tile", f"{grid.columns}x{grid.rows}", color="magenta")
    size = grid.wide * grid.columns, grid.high * grid.rows
    return _command(_jpeg(tiled, sheet, size), *STRICT, "-loglevel", "error")


def trying() -> list[str]:
    """Return the command that encodes a moment of black and silence, as a self-test."""
    picture = ffmpeg.input("color=black:size=64x64:rate=25:duration=0.2", format="lavfi")
    sound = ffmpeg.input(f"anullsrc=sample_rate={SAMPLE_RATE}:duration=0.2", format="lavfi")
    options = {**h264(25), "format": "null", "acodec": "aac"}
    return _command(ffmpeg.output(picture, sound, "-", **options), "-loglevel", "error")


def _hostile(source: Path, most_seconds: float, threads: int = THREADS) -> Any:
    return ffmpeg.input(
        file_url(source),
        **safe_input(source),
        err_detect="explode",
        threads=threads,
        t=most_seconds,
    )


def _command(sink: Any, *options: str) -> list[str]:
    command: list[str] = sink.global_args(*GLOBAL, *options).compile()
    return command


def h264(fps: int, pixels: int = FULL_HD, profile: str = "high") -> dict[str, Any]:
    """Return the encoder options of every clip we make: closed one-second groups, no metadata."""
    most_kbit = max(RATE_KBIT * min(pixels, 3 * FULL_HD) // FULL_HD, RATE_KBIT // 6)
    return {
        "vcodec": "libx264",
        "preset": "veryfast",
        "crf": 21,
        "maxrate": f"{most_kbit}k",
        "bufsize": f"{2 * most_kbit}k",
        "profile:v": profile,
        "level": next((level for most, level in LEVELS if pixels <= most), "5.2"),
        "pix_fmt": "yuv420p",
        "g": fps,
        "keyint_min": fps,
        "sc_threshold": 0,
        "flags:v": "+cgop+bitexact",
        # Renditions are encoded side by side, so each needs one thread and little memory.
        "threads": 1,
        "x264-params": "rc-lookahead=5:sync-lookahead=0",
        **_plain(),
    }


def _marked(picture: Any, target: Target) -> Any:
    """The mark of AI-made content over the whole clip, as people come to a screen at any moment."""
    if target.mark is None:
        return picture
    with Image.open(target.mark) as drawn:
        left, top = place(target.width, target.height, drawn)
    mark = ffmpeg.input(file_url(target.mark), f="png_pipe", protocol_whitelist=PROTOCOLS)
    return picture.overlay(mark, x=left, y=top).filter("format", "yuv420p")


def _labelled(ai: Declaration) -> dict[str, Any]:
    """The field AIGC among a clip's tags."""
    if ai.written is None:
        return {}
    return {
        "metadata": f"{FIELD}={as_json(ai.written)}",
        "movflags": "+faststart+use_metadata_tags",
    }


def _plain() -> dict[str, Any]:
    """Reproducible output without metadata of the encoder, with the index in front."""
    return {
        "fflags": "+bitexact",
        "map_metadata": -1,
        "map_chapters": -1,
        "movflags": "+faststart",
        "format": "mp4",
    }


def _jpeg(frame: Any, path: Path, size: tuple[int, int]) -> Any:
    full_range = frame.filter("scale", *size, out_color_matrix="bt601", out_range="pc")
    return ffmpeg.output(
        full_range.filter("setsar", 1).filter("format", "yuvj420p"),
        file_url(path),
        vframes=1,
        format="image2",
        vcodec="mjpeg",
        update=1,
        **{"q:v": 3, "flags:v": "+bitexact", "fflags": "+bitexact", "map_metadata": -1},
    )
