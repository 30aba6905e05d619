"""Walks over the blocks of a GIF without decoding: how many frames, and whether its end is there.

Pillow takes a missing end for the end, and finds out how many frames there are only by drawing.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

STARTS = (b"GIF87a", b"GIF89a")
IMAGE, EXTENSION = b",", b"!"
MOST_BLOCKS = 200_000  # hostile files may hold millions


@dataclass(frozen=True, slots=True)
class Walk:
    """Number of frames, and whether the file ends before its last block."""

    frames: int
    ends_early: bool


def walk(path: Path) -> Walk:
    """Walk the blocks as far as they are valid; anything may follow."""
    frames = 0
    with path.open("rb") as file:
        file.seek(10)
        _skip_colours(file, file.read(1))
        file.seek(2, os.SEEK_CUR)
        for _ in range(MOST_BLOCKS):
            mark = file.read(1)
            if mark == IMAGE:
                frames += 1
                file.seek(8, os.SEEK_CUR)
                _skip_colours(file, file.read(1))
            elif mark != EXTENSION:
                return Walk(frames, not mark)
            file.seek(1, os.SEEK_CUR)
            if not _skip_rows(file):
                return Walk(frames, ends_early=True)
    return Walk(frames, ends_early=False)


def _skip_colours(file: BinaryIO, flags: bytes) -> None:
    if flags and flags[0] & 0x80:
        file.seek(3 << ((flags[0] & 7) + 1), os.SEEK_CUR)


def _skip_rows(file: BinaryIO) -> bool:
    """Skip data blocks; returns whether their terminator was found."""
    while length := file.read(1):
        if length == b"\0":
            return True
        file.seek(length[0], os.SEEK_CUR)
    return False
