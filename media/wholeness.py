"""Tells from a file's own bookkeeping whether its end is missing, without decoding anything."""

from __future__ import annotations

import struct
from pathlib import Path

from media.boxes import is_iso_media, iso_ends_early

PNG_START = b"\x89PNG\r\n\x1a\n"
MOST_CHUNKS = 100_000  # hostile files may hold millions


def ends_early(path: Path) -> bool:
    """Say whether the file announces more bytes than it has (JPEG can't be told this way)."""
    with path.open("rb") as file:
        head = file.read(12)
    if head.startswith(PNG_START):
        return _png_ends_early(path)
    if head.startswith(b"RIFF"):
        return int.from_bytes(head[4:8], "little") + 8 > path.stat().st_size
    return is_iso_media(head) and iso_ends_early(path)


def _png_ends_early(path: Path) -> bool:
    size = path.stat().st_size
    at = len(PNG_START)
    with path.open("rb") as file:
        for _ in range(MOST_CHUNKS):
            file.seek(at)
            header = file.read(8)
            if len(header) < 8:
                return True
            length, name = struct.unpack(">I4s", header)
            at += 12 + length
            if name == b"IEND" or at > size:
                break
    return at > size
