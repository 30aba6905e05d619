"""Metadata of several batches of one boot, packed as columns of few bytes.

A batch every 15 s differs little from the previous one: a slightly higher number, the same delay
after its last play, the same clock.
"""

import base64
import binascii
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from server.playlog.store.packing.integer_columns import Reader, growing

_COUNT: Final = "<H"
_RAW: Final = 0
_SCALES: Final = (1, 4096)
"""A clock's offset is 2^40 to 2^41 ms, where doubles are 1/4096 ms apart."""
_BROAD: Final = float(2**62)
_NO_SIGNATURES, _POINTS, _TEXTS = range(3)
_POINT: Final = 64
"""Bytes of a signature (ECDSA P-256, r and s)."""


@dataclass(frozen=True, slots=True)
class Envelopes:
    """One value per batch in each column; `head` is the chain head after the first batch.

    `waits`: ms from the end of the last play to the receipt. `skews`: ms by which the player's own
    clock was ahead at the start.
    """

    head: bytes
    sizes: Sequence[int]
    ids: Sequence[int]
    waits: Sequence[int]
    offset_ms: Sequence[float]
    uncertainty_ms: Sequence[float]
    skews: Sequence[int | None]
    claims: Sequence[int]
    signatures: Sequence[str | None]

    def packed(self) -> bytes:
        """The columns packed. Raises OverflowError for a number of more than 64 bits."""
        return b"".join(
            (
                struct.pack(_COUNT, len(self.sizes)),
                self.head,
                growing(self.sizes),
                growing(self.ids),
                growing(self.waits),
                _reals(self.offset_ms),
                _reals(self.uncertainty_ms),
                growing(self.claims),
                _skews(self.skews),
                _signatures(self.signatures),
            )
        )


def unpacked(body: bytes) -> Envelopes:
    """The columns unpacked. Raises the exceptions of `batch_codec.UNREADABLE`."""
    (count,) = struct.unpack_from(_COUNT, body)
    reader = Reader(body, struct.calcsize(_COUNT))
    return Envelopes(
        head=reader.take(32),
        sizes=reader.growing(count),
        ids=reader.growing(count),
        waits=reader.growing(count),
        offset_ms=_read_reals(reader, count),
        uncertainty_ms=_read_reals(reader, count),
        claims=reader.growing(count),
        skews=_read_skews(reader, count),
        signatures=_read_signatures(reader, count),
    )


def _reals(column: Sequence[float]) -> bytes:
    """Floats as whole multiples of a step if all are, else raw."""
    for scale in _SCALES:
        scaled = [float(number) * scale for number in column]
        if all(number.is_integer() and abs(number) < _BROAD for number in scaled):
            return bytes((_SCALES.index(scale) + 1,)) + growing([int(number) for number in scaled])
    return bytes((_RAW,)) + struct.pack(f"<{len(column)}d", *column)


def _read_reals(reader: Reader, count: int) -> Sequence[float]:
    form = reader.byte()
    if form == _RAW:
        return struct.unpack(f"<{count}d", reader.take(8 * count))
    return [number / _SCALES[form - 1] for number in reader.growing(count)]


def _skews(column: Sequence[int | None]) -> bytes:
    """A bit for each entry that has a value, then the values."""
    present = [number for number in column if number is not None]
    bits = growing([int(number is not None) for number in column])
    return bits + (growing(present) if present else b"")


def _read_skews(reader: Reader, count: int) -> Sequence[int | None]:
    bits = reader.growing(count)
    present = iter(reader.growing(sum(bits)) if any(bits) else ())
    return [next(present) if bit else None for bit in bits]


def _signatures(column: Sequence[str | None]) -> bytes:
    if not any(column):
        return bytes((_NO_SIGNATURES,))
    points = [_point(text) for text in column if text is not None]
    whole = [point for point in points if point is not None]
    if len(whole) == len(column):
        return bytes((_POINTS,)) + b"".join(whole)
    return bytes((_TEXTS,)) + msgspec.json.encode(column)


def _point(text: str) -> bytes | None:
    """A base64 signature as raw bytes; None if it isn't in the players' form."""
    try:
        raw = base64.urlsafe_b64decode(text + "==")
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == _POINT and _text(raw) == text else None


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read_signatures(reader: Reader, count: int) -> Sequence[str | None]:
    form = reader.byte()
    if form == _NO_SIGNATURES:
        return [None] * count
    if form == _POINTS:
        return [_text(reader.take(_POINT)) for _ in range(count)]
    return msgspec.json.decode(reader.rest, type=list[str | None])
