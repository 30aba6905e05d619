"""Tells from a file's own bookkeeping whether its end is missing, without decoding anything."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import BinaryIO

from media.boxes import is_iso_media, iso_ends_early
from media.containers import HEAD_BYTES, ts_packet_bytes

PNG_START = b"\x89PNG\r\n\x1a\n"
GIF_STARTS = (b"GIF87a", b"GIF89a")
GIF_IMAGE, GIF_EXTENSION = b",", b"!"
PDF_END = b"%%EOF"
PDF_TAIL_BYTES = 2048
MOST_CHUNKS = 100_000  # hostile files may hold millions


def ends_early(path: Path) -> bool:
    """Say whether the file announces more bytes than it has (JPEG can't be told this way)."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    size = path.stat().st_size
    if head.startswith(GIF_STARTS):
        return _gif_ends_early(path)
    if head.startswith(PNG_START):
        return _png_ends_early(path)
    if head.startswith(b"RIFF"):
        return int.from_bytes(head[4:8], "little") + 8 > size
    if head.startswith(b"BM"):
        return int.from_bytes(head[2:6], "little") > size
    packet = ts_packet_bytes(head)
    if packet is not None:
        return size % packet != 0
    return is_iso_media(head) and iso_ends_early(path)


def pdf_ends_early(path: Path) -> bool:
    """Say whether the mark is missing that ends a PDF; its readers make do without the rest."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - PDF_TAIL_BYTES, 0))
        return PDF_END not in file.read()


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


def _gif_ends_early(path: Path) -> bool:
    """Walk over the blocks to the trailer; Pillow takes a missing end for the end."""
    with path.open("rb") as file:
        file.seek(10)
        _skip_colours(file, file.read(1))
        file.seek(2, os.SEEK_CUR)
        for _ in range(MOST_CHUNKS):
            mark = file.read(1)
            if mark == GIF_IMAGE:
                file.seek(8, os.SEEK_CUR)
                _skip_colours(file, file.read(1))
            elif mark != GIF_EXTENSION:
                return not mark
            file.seek(1, os.SEEK_CUR)
            if not _skip_blocks(file):
                return True
    return False


def _skip_colours(file: BinaryIO, flags: bytes) -> None:
    if flags and flags[0] & 0x80:
        file.seek(3 << ((flags[0] & 7) + 1), os.SEEK_CUR)


def _skip_blocks(file: BinaryIO) -> bool:
    """Skip a row of blocks and say whether its end was there."""
    while length := file.read(1):
        if length == b"\0":
            return True
        file.seek(length[0], os.SEEK_CUR)
    return False
