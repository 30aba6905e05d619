"""Reads the outermost boxes of MP4 and QuickTime files, and the index, which is one of them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

STARTS = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide")
MOST_BOXES = 100_000  # hostile files may hold millions
MOST_INDEX_BYTES = 32 * 1024 * 1024
HEADER_BYTES = 8
INDEXES = {b"moov", b"meta"}  # of clips and of pictures
PROTECTED = (b"encv", b"enca", b"drmi", b"drms")


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its four-letter name, where it begins and how many bytes it claims."""

    name: bytes
    at: int
    length: int


def is_iso_media(head: bytes) -> bool:
    """Whether a file begins like MP4 and QuickTime, whatever its brand."""
    return head[4:8] in STARTS


def outermost(path: Path) -> Iterator[Box]:
    """Yield the boxes in order, as far as they are valid; anything may follow."""
    size = path.stat().st_size
    at = 0
    with path.open("rb") as file:
        for _ in range(MOST_BOXES):
            file.seek(at)
            box = _read(file.read(16), at, size)
            if box is None:
                return
            yield box
            at += box.length


def _read(header: bytes, at: int, size: int) -> Box | None:
    if len(header) < HEADER_BYTES:
        return None
    length, name = struct.unpack(">I4s", header[:HEADER_BYTES])
    if length == 1 and len(header) == 16:
        length = int.from_bytes(header[8:], "big")
    elif length == 0:
        length = size - at
    return Box(name, at, length) if length >= HEADER_BYTES and name.isalnum() else None


def iso_ends_early(path: Path) -> bool:
    """Whether a box extends past the end, or the file ends without index or media."""
    boxes = list(outermost(path))
    reaches = boxes[-1].at + boxes[-1].length if boxes else 0
    size = path.stat().st_size
    cut = reaches > size and boxes[-1].name in (b"mdat", b"moov", b"moof")
    names = {box.name for box in boxes}
    without_index = reaches >= size and not (b"mdat" in names and names & INDEXES)
    return cut or without_index


def index(path: Path) -> bytes:
    """Return the index (`moov`, of clips), without its header; empty if there is none."""
    for box in outermost(path):
        if box.name == b"moov":
            with path.open("rb") as file:
                file.seek(box.at + HEADER_BYTES)
                return file.read(min(box.length - HEADER_BYTES, MOST_INDEX_BYTES))
    return b""


def is_protected(path: Path) -> bool:
    """Whether the index has protected streams, which ffmpeg would take for plain ones."""
    found = index(path)
    # `sinf` holds the protection scheme; both together don't occur by chance.
    return b"sinf" in found and any(name in found for name in PROTECTED)
