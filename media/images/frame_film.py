"""Writes pictures shown for different times as a QuickTime film of JPEGs, which ffmpeg reads.

An animation comes so into the way that clips take. The file holds the boxes that ISO/IEC
14496-12 asks of a film with one track of pictures, and no more.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

TICKS_PER_SECOND = 1000
UNITY = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
TYPE = struct.pack(">4sI4s", b"qt  ", 0, b"qt  ")


@dataclass
class Film:
    """An open film of frames of one size; used as a context it is whole when the block ends."""

    path: Path
    width: int
    height: int
    _sizes: list[int] = field(default_factory=list)
    _times: list[int] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._file: BinaryIO = self.path.open("wb")
        self._file.write(_box(b"ftyp", TYPE))
        self._media_at = self._file.tell()
        self._file.write(struct.pack(">I4s", 0, b"mdat"))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        with self._file:
            if kind is None:
                self._finish()

    @property
    def milliseconds(self) -> int:
        """How long it is so far."""
        return sum(self._times)

    def add(self, jpeg: bytes, milliseconds: int) -> None:
        """Add a frame and how long it is shown."""
        self._file.write(jpeg)
        self._sizes.append(len(jpeg))
        self._times.append(milliseconds)

    def _finish(self) -> None:
        end = self._file.tell()
        self._file.write(self._movie())
        self._file.seek(self._media_at)
        self._file.write(struct.pack(">I", end - self._media_at))

    def _movie(self) -> bytes:
        head = struct.pack(">5I", 0, 0, 0, TICKS_PER_SECOND, self.milliseconds)
        rest = struct.pack(">IH10x", 0x10000, 0x100) + UNITY + bytes(24) + struct.pack(">I", 2)
        return _box(b"moov", _box(b"mvhd", head + rest) + self._track())

    def _track(self) -> bytes:
        head = struct.pack(">6I", 1, 0, 0, 1, 0, self.milliseconds) + bytes(16) + UNITY
        head += struct.pack(">II", self.width << 16, self.height << 16)
        times = struct.pack(">5IHH", 0, 0, 0, TICKS_PER_SECOND, self.milliseconds, 0x55C4, 0)
        handler = struct.pack(">I4s4s12xx", 0, b"mhlr", b"vide")
        media = _box(b"mdhd", times) + _box(b"hdlr", handler) + self._information()
        return _box(b"trak", _box(b"tkhd", head) + _box(b"mdia", media))

    def _information(self) -> bytes:
        here = _box(b"url ", struct.pack(">I", 1))
        places = _box(b"dinf", _box(b"dref", struct.pack(">II", 0, 1) + here))
        return _box(b"minf", _box(b"vmhd", struct.pack(">I8x", 1)) + places + self._samples())

    def _samples(self) -> bytes:
        count = len(self._sizes)
        times = b"".join(struct.pack(">II", 1, time) for time in self._times)
        sizes = struct.pack(f">{count}I", *self._sizes)
        tables = (
            _box(b"stsd", struct.pack(">II", 0, 1) + self._description()),
            _box(b"stts", struct.pack(">II", 0, count) + times),
            _box(b"stsc", struct.pack(">5I", 0, 1, 1, count, 1)),
            _box(b"stsz", struct.pack(">III", 0, 0, count) + sizes),
            _box(b"stco", struct.pack(">III", 0, 1, self._media_at + 8)),
        )
        return _box(b"stbl", b"".join(tables))

    def _description(self) -> bytes:
        start = struct.pack(">6xH16xHH", 1, self.width, self.height)
        form = struct.pack(">III", 72 << 16, 72 << 16, 0) + struct.pack(">H32xHh", 1, 24, -1)
        return _box(b"jpeg", start + form)


def _box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), name) + body
