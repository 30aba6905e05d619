"""Tells from a file's own bookkeeping whether its end is missing, without decoding anything."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

PNG_START = b"\x89PNG\r\n\x1a\n"
EBML_START = b"\x1aE\xdf\xa3"
MOST_PARTS = 100_000  # boxes or chunks looked at; hostile files may hold millions


def ends_early(path: Path) -> bool:
    """Say whether the file announces more bytes than it has (JPEG can't be told this way)."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        file.seek(0)
        return _check_for(head)(file, size)


def _check_for(head: bytes) -> Callable[[BinaryIO, int], bool]:
    if head.startswith(PNG_START):
        return _png_ends_early
    if head[:4] == b"RIFF":
        return _riff_ends_early
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"):
        return _iso_ends_early
    return lambda _file, _size: False


def _png_ends_early(file: BinaryIO, size: int) -> bool:
    at = len(PNG_START)
    for _ in range(MOST_PARTS):
        file.seek(at)
        header = file.read(8)
        if len(header) < 8:
            return True
        length, name = struct.unpack(">I4s", header)
        at += 12 + length
        if name == b"IEND" or at > size:
            break
    return at > size


def _riff_ends_early(file: BinaryIO, size: int) -> bool:
    header = file.read(8)
    return len(header) < 8 or int.from_bytes(header[4:8], "little") + 8 > size


def _iso_ends_early(file: BinaryIO, size: int) -> bool:
    """Walk the top-level boxes; what follows `moov` and `mdat` may be anything (zeros, tags)."""
    at = 0
    seen = set()
    for _ in range(MOST_PARTS):
        file.seek(at)
        header = file.read(16)
        if len(header) < 8:
            break
        length, name = struct.unpack(">I4s", header[:8])
        if length == 1 and len(header) == 16:
            length = int.from_bytes(header[8:16], "big")
        elif length == 0:
            length = size - at
        if length < 8 or not name.isalnum():
            break
        seen.add(name)
        at += length
    cut = at > size and name in (b"mdat", b"moov", b"moof")
    without_index = at >= size and not {b"moov", b"mdat"} <= seen
    return cut or without_index
