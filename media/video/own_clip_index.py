"""Reads duration and number of frames from the index of a clip that we made.

Boxes as in ISO/IEC 14496-12: `mdhd` has the length of a track, `stsz` counts its samples. Calling
ffprobe instead would take a tenth of a second of a processor each time.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from media.inspection.mp4_boxes import HEADER_BYTES, index

FULL_BOX_BYTES = 4  # version and flags, before the box's content
HANDLER_AT = 8  # in `hdlr`: after version, flags and a word that is always 0


@dataclass(frozen=True, slots=True)
class ClipIndex:
    """Length of the picture in seconds, and its frames; 0 where there is none.

    Sound of ours never lasts longer than the picture, so this is the clip's length too.
    """

    seconds: float
    frames: int


def clip_index(path: Path) -> ClipIndex:
    """Read the index. Only for MP4 as we write it: without fragments, with an index."""
    tracks = [body for name, body in _boxes(index(path)) if name == b"trak"]
    picture = next((track for track in tracks if _is_picture(track)), b"")
    return ClipIndex(_seconds(_inner(picture, b"mdia", b"mdhd")), _samples(picture))


def _boxes(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + HEADER_BYTES <= len(body):
        length, name = struct.unpack_from(">I4s", body, at)
        if length < HEADER_BYTES:
            return
        yield name, body[at + HEADER_BYTES : at + length]
        at += length


def _inner(body: bytes, *names: bytes) -> bytes:
    """Follow nested box names; empty if one is missing."""
    for name in names:
        body = next((inner for found, inner in _boxes(body) if found == name), b"")
    return body


def _seconds(header: bytes) -> float:
    if not header:
        return 0.0
    # Version 1 has times of 64 bits: made, changed, units in a second, length in units.
    form, at = (">IQ", 20) if header[0] == 1 else (">II", 12)
    units, length = struct.unpack_from(form, header, at)
    return float(length / units)


def _is_picture(track: bytes) -> bool:
    return _inner(track, b"mdia", b"hdlr")[HANDLER_AT : HANDLER_AT + 4] == b"vide"


def _samples(track: bytes) -> int:
    sizes = _inner(track, b"mdia", b"minf", b"stbl", b"stsz")
    at = FULL_BOX_BYTES + 4  # after one size for all samples, or 0
    return int.from_bytes(sizes[at : at + 4], "big")
