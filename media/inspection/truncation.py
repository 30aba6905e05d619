"""Detects truncated files by their own structure, without decoding."""

from __future__ import annotations

import struct
from pathlib import Path

from media.inspection import gif_blocks
from media.inspection.containers import HEAD_BYTES, MATROSKA_START, ts_packet_bytes
from media.inspection.mp4_boxes import is_iso_media, iso_ends_early

PNG_START = b"\x89PNG\r\n\x1a\n"
JPEG_START, JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
JPEG_TAIL_BYTES = 4096
PDF_END = b"%%EOF"
PDF_TAIL_BYTES = 2048
MOST_CHUNKS = 100_000  # hostile files may hold millions


def ends_early(path: Path) -> bool:
    """Whether the file announces more bytes than it has (JPEG can't be checked this way)."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    size = path.stat().st_size
    if head.startswith(gif_blocks.STARTS):
        return gif_blocks.walk(path).ends_early
    if head.startswith(PNG_START):
        return _png_ends_early(path)
    if is_iso_media(head):
        return iso_ends_early(path)
    packet = ts_packet_bytes(head)
    return size % packet != 0 if packet is not None else _announced_end(head) > size


def _announced_end(head: bytes) -> int:
    """Return the announced end of the file; 0 if there is none."""
    if head.startswith(b"RIFF"):
        return int.from_bytes(head[4:8], "little") + 8
    if head.startswith(b"BM"):
        return int.from_bytes(head[2:6], "little")
    return _segment_end(head) if head.startswith(MATROSKA_START) else 0


def pdf_ends_early(path: Path) -> bool:
    """Whether a PDF's end marker is missing; readers tolerate that."""
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


def jpeg_ends_early(path: Path) -> bool:
    """Whether a JPEG's end marker is missing; many decodable ones lack it too."""
    with path.open("rb") as file:
        start = file.read(len(JPEG_START))
        file.seek(max(path.stat().st_size - JPEG_TAIL_BYTES, 0))
        return start == JPEG_START and JPEG_END not in file.read()


def _segment_end(head: bytes) -> int:
    """Return the end of Matroska's segment; 0 if it isn't declared."""
    at, length = _ebml_element(head, 0)
    at, length = _ebml_element(head, at + length)
    return at + length if length else 0


def _ebml_element(head: bytes, at: int) -> tuple[int, int]:
    """Return where the body of the element begins and its length, 0 if unknown (RFC 8794)."""
    at += _leading_zeros(head[at : at + 1]) + 1
    width = _leading_zeros(head[at : at + 1]) + 1
    number = int.from_bytes(head[at : at + width], "big") & ((1 << 7 * width) - 1)
    unknown = number == (1 << 7 * width) - 1
    return at + width, 0 if unknown else number


def _leading_zeros(byte: bytes) -> int:
    return 8 - byte[0].bit_length() if byte else 0
