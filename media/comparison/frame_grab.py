"""Takes the frames of a clip of ours around one instant, small, in a child with limits."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from media.comparison.similarity import likeness
from media.sandbox.subprocess_limits import MIB, Bounds, ProgramFailed, run
from media.video import ffmpeg_commands

HIGH = 180
COLUMNS, ROWS = 6, 6  # at 30 frames a second 1.2 s
AROUND_S = 0.6
BOUNDS = Bounds(seconds=20, memory_bytes=768 * MIB, file_bytes=32 * MIB)
BLANK = (255, 0, 255)
NEARLY = 6.0  # what JPEG makes of a plain colour


def frames_around(
    clip: Path, at_s: float, size: tuple[int, int], folder: Path
) -> list[Image.Image]:
    """Return the frames within 0.6 s of a time, 180 pixels high; `size` is the clip's in pixels.

    Raises ProgramFailed.
    """
    wide = max(round(size[0] * HIGH / size[1] / 2) * 2, 2)
    grid = ffmpeg_commands.Grid(wide, HIGH, COLUMNS, ROWS)
    sheet = folder / "glimpses.jpg"
    finished = run(ffmpeg_commands.glimpsing(clip, max(at_s - AROUND_S, 0.0), grid, sheet), BOUNDS)
    if finished.returncode or not sheet.exists():
        raise ProgramFailed("ffmpeg", finished.stderr[-1000:])
    with Image.open(sheet, formats=("JPEG",)) as opened:
        whole = opened.convert("RGB")
    return [cell for cell in _cells(whole, grid) if not _is_blank(cell)]


def _cells(whole: Image.Image, grid: ffmpeg_commands.Grid) -> list[Image.Image]:
    places = [(column, row) for row in range(grid.rows) for column in range(grid.columns)]
    return [
        whole.crop((x * grid.wide, y * grid.high, (x + 1) * grid.wide, (y + 1) * grid.high))
        for x, y in places
    ]


def _is_blank(cell: Image.Image) -> bool:
    return likeness(cell, Image.new("RGB", cell.size, BLANK)).worst < NEARLY
