"""Pictures and clips with marks, as the project's own media pipeline makes them of uploads."""

from __future__ import annotations

import colorsys
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image

from media.limits import Limits
from media.pipeline.renditions import MadeFile, process
from media.screen_classes import CLASSES, ScreenClass
from tests.bench.player.marks import (
    CELL_HEIGHT_PX,
    CELL_PX,
    CELLS,
    HEIGHT,
    LEFT_PX,
    ROWS_PX,
    STILL,
    WIDTH,
    Mark,
    cells_of,
)

FPS = 25
Kind = Literal["image", "video"]
# Spread evenly, the server's loop is 1, 3, 2, 4: two images, then two videos, so all four orders.
KINDS: tuple[Kind, ...] = ("image", "video", "image", "video")
FULL_HD = CLASSES[0]
_TOPS = [middle - CELL_HEIGHT_PX // 2 for middle in ROWS_PX]
GRAPH = (
    "[0:v]split=3[a][b][c];"
    f"[1:v][a]overlay={LEFT_PX}:{_TOPS[0]}[upper];"
    f"[upper][b]overlay={LEFT_PX}:{_TOPS[1]}[middle];"
    f"[middle][c]overlay={LEFT_PX}:{_TOPS[2]}:shortest=1[marked]"
)


@dataclass(frozen=True)
class Item:
    """One thing to be shown: its number in the marks, and its rendition."""

    number: int
    kind: Kind
    made: MadeFile


def make_items(
    folder: Path, kinds: Sequence[Kind], clip_s: float, screens: ScreenClass = FULL_HD
) -> list[Item]:
    """Items numbered from 1 in an order of kinds, their files in the folder."""
    numbered = enumerate(kinds, start=1)
    return [_made(folder / f"item-{n}", n, kind, clip_s, screens) for n, kind in numbered]


def _made(work: Path, number: int, kind: Kind, clip_s: float, screens: ScreenClass) -> Item:
    work.mkdir(parents=True)
    source = work / ("source.png" if kind == "image" else "source.mp4")
    if kind == "image":
        picture(Mark(number, STILL)).save(source)
    else:
        _clip(source, number, round(clip_s * FPS))
    made = process(source, work, Limits(), lambda _share: None, (screens,))
    return Item(number, kind, made.renditions[0])


def picture(mark: Mark) -> Image.Image:
    """A bright picture of the item's own colour with its rows of cells."""
    hue = colorsys.hsv_to_rgb(mark.item * 0.29 % 1, 0.5, 0.9)
    drawn = Image.new("RGB", (WIDTH, HEIGHT), tuple(round(255 * part) for part in hue))
    cells = row(mark)
    for middle in ROWS_PX:
        drawn.paste(cells, (LEFT_PX, middle - CELL_HEIGHT_PX // 2))
    return drawn


def row(mark: Mark) -> Image.Image:
    """One row of cells, grey."""
    drawn = Image.new("L", (CELLS * CELL_PX, CELL_HEIGHT_PX))
    for place, white in enumerate(cells_of(mark)):
        if white:
            drawn.paste(255, (place * CELL_PX, 0, (place + 1) * CELL_PX, CELL_HEIGHT_PX))
    return drawn


def _clip(path: Path, number: int, frames: int) -> None:
    """A clip that counts its frames over a moving, grainy picture: as much to decode as a film."""
    size = f"{CELLS * CELL_PX}x{CELL_HEIGHT_PX}"
    rows = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", size, "-r", str(FPS), "-i", "-"]
    moving = f"testsrc2=size={WIDTH}x{HEIGHT}:rate={FPS}:duration={frames / FPS}"
    ground = ["-f", "lavfi", "-i", f"{moving},hue=h={number * 70},noise=alls=12:allf=t"]
    codec = ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "20", "-pix_fmt", "yuv420p"]
    argv = ["ffmpeg", "-nostdin", "-loglevel", "error", "-y", *rows, *ground]
    argv += ["-filter_complex", GRAPH, "-map", "[marked]", *codec, str(path)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE) as encoder:
        assert encoder.stdin is not None
        for frame in range(frames):
            encoder.stdin.write(row(Mark(number, frame)).tobytes())
        encoder.stdin.close()
    assert encoder.returncode == 0
