"""Cuts off what a power cut left at the end of the browser's databases (LevelDB's logs).

A log that was being appended to may end in zeros or in a part of a record: its length reached the
disk, its data didn't. Chromium ignores such an end, but goes on behind it in the same log, and at
its next start takes that log for corrupt and deletes the whole database: credential, plan and plays
of a player. So the end is cut off before the browser starts.

The log's format: blocks of 32 KiB; each record is a masked CRC-32C, a length, a type and the data;
what doesn't fit a block goes on in the next (LevelDB, doc/log_format.md).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path

BLOCK_BYTES = 32 * 1024
HEAD = struct.Struct("<IHB")
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4
DATABASES = (
    "Default/IndexedDB/*.leveldb",
    "Default/Service Worker/Database",
    "Default/Local Storage/leveldb",
)
CHECKED_BYTES = 4 * BLOCK_BYTES
"""At the end of a log, whose checksums are computed: a power cut tears nothing older."""
POLYNOMIAL = 0x82F63B78  # of CRC-32C, reversed
MASK = 0xA282EAD8


def cut_torn_logs(profile: Path) -> list[Path]:
    """Cut torn ends off the logs of a profile whose browser isn't running; returns these logs.

    Raises OSError for a disk that can't be read or written.
    """
    return [
        log
        for pattern in DATABASES
        for database in profile.glob(pattern)
        for name in ("*.log", "MANIFEST-*")
        for log in sorted(database.glob(name))
        if _cut(log)
    ]


def _cut(log: Path) -> bool:
    content = log.read_bytes()
    length = whole_bytes(content)
    if length == len(content):
        return False
    with log.open("r+b") as file:
        file.truncate(length)
        os.fsync(file.fileno())
    return True


def whole_bytes(log: bytes) -> int:
    """The length of a log without its torn end; its whole length if there is more behind that."""
    end, torn, unfinished = 0, False, False
    for kind, after in _pieces(log):
        is_due = kind in (MIDDLE, LAST) if unfinished else kind in (FULL, FIRST)
        if not is_due:
            torn, unfinished = True, False
            continue
        unfinished = kind in (FIRST, MIDDLE)
        if kind in (FULL, LAST):
            if torn:
                return len(log)  # whole records behind it: not an end
            end = after
    return end


def _pieces(log: bytes) -> Iterator[tuple[int, int]]:
    """Type and end of each piece of a record; type 0 for the rest of a broken block."""
    at = 0
    while at < len(log):
        left = BLOCK_BYTES - at % BLOCK_BYTES
        if left < HEAD.size:
            at += left
            continue
        kind, length = _piece(log, at, left)
        at += HEAD.size + length if kind else left
        yield kind, at


def _piece(log: bytes, at: int, left: int) -> tuple[int, int]:
    """Type and length of the data of a piece; 0 and 0 if it is none."""
    if at + HEAD.size > len(log):
        return 0, 0
    masked, length, kind = HEAD.unpack_from(log, at)
    end = at + HEAD.size + length
    if not FULL <= kind <= LAST or HEAD.size + length > left or end > len(log):
        return 0, 0
    is_old = end < len(log) - CHECKED_BYTES
    if not is_old and masked != _masked_crc(log[at + HEAD.size - 1 : end]):
        return 0, 0
    return kind, length


def _masked_crc(content: bytes) -> int:
    """CRC-32C as LevelDB stores it: rotated by 15 bits, plus a constant."""
    table, crc = _table(), 0xFFFFFFFF
    for byte in content:
        crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + MASK) & 0xFFFFFFFF


@cache
def _table() -> tuple[int, ...]:
    found = []
    for number in range(256):
        entry = number
        for _ in range(8):
            entry = entry >> 1 ^ (POLYNOMIAL if entry & 1 else 0)
        found.append(entry)
    return tuple(found)
