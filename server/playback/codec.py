"""Columns of a stored batch as few bytes: first number and differences, each in the narrowest form.

A column of n numbers becomes one byte that says how wide its parts are, its first number and
n - 1 differences (none if all are zero). What grows by a rule is kept as the difference to the
rule: a slot follows the slot before, a play starts where the one before ended. Deflate on top
saves a tenth and costs six times the rest, so it is left to the text form: numbers that fit no
64 bits are possible on the wire (and judged there), and such a batch is kept as JSON.
"""

import struct
import zlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import sub
from typing import Final

import msgspec

PACKED: Final = 1
TEXT: Final = 0
_KINDS: Final = "bhiq"
_NO_DIFFERENCES: Final = 4


@dataclass(frozen=True, slots=True)
class Columns:
    """What a batch row keeps of its events; `item` is a row number of the table `items`."""

    segment: Sequence[int]
    cycle: Sequence[int]
    slot: Sequence[int]
    item: Sequence[int]
    start_ms: Sequence[int]
    shown_ms: Sequence[int]
    state: Sequence[int]
    cause: Sequence[int]
    error: Sequence[str | None]


def pack(columns: Columns) -> tuple[int, bytes]:
    """Codec and bytes of at least one event."""
    try:
        body = b"".join(_numbers(column) for column in _regular(columns))
    except OverflowError:
        return TEXT, zlib.compress(msgspec.json.encode(columns))
    errors = sorted({error for error in columns.error if error is not None})
    places = {error: index for index, error in enumerate(errors, 1)}
    places_of = [0 if error is None else places[error] for error in columns.error]
    names = msgspec.json.encode(errors) if errors else b""
    return PACKED, body + _numbers(places_of) + names


def unpack(codec: int, data: bytes, count: int) -> Columns:
    """The columns of `count` events, exactly as they were packed."""
    if codec == TEXT:
        return msgspec.json.decode(zlib.decompress(data), type=Columns)
    reader = _Reader(data, count)
    segment, cycle = reader.numbers(), reader.numbers()
    slot = [number + index for index, number in enumerate(reader.numbers())]
    item = reader.numbers()
    shown_ms, gaps = reader.numbers(), reader.numbers()
    state, cause = reader.numbers(), reader.numbers()
    places = reader.numbers()
    names = [None, *msgspec.json.decode(reader.rest or b"[]", type=list[str])]
    ends = [0, *accumulate(shown_ms)]
    return Columns(
        segment=segment,
        cycle=cycle,
        slot=slot,
        item=item,
        start_ms=[gap + end for gap, end in zip(gaps, ends, strict=False)],
        shown_ms=shown_ms,
        state=state,
        cause=cause,
        error=[names[place] for place in places],
    )


def _regular(columns: Columns) -> Sequence[Sequence[int]]:
    """The number columns, those that grow by a rule less that rule."""
    ends = [0, *accumulate(columns.shown_ms)]
    return (
        columns.segment,
        columns.cycle,
        [slot - index for index, slot in enumerate(columns.slot)],
        columns.item,
        columns.shown_ms,
        [start - end for start, end in zip(columns.start_ms, ends, strict=False)],
        columns.state,
        columns.cause,
    )


def _numbers(column: Sequence[int]) -> bytes:
    """Widths, first number, differences. Raises OverflowError above 64 bits."""
    first = column[0]
    wide = _width(first)
    number = struct.pack("<" + _KINDS[wide], first)
    if column.count(first) == len(column):
        return bytes((wide << 4 | _NO_DIFFERENCES,)) + number
    differences = list(map(sub, column[1:], column))
    low, high = min(differences), max(differences)
    narrow = _width(max(high, -low))
    return bytes((wide << 4 | narrow,)) + number + array(_KINDS[narrow], differences).tobytes()


def _width(number: int) -> int:
    """Which of 1, 2, 4 or 8 bytes hold a number of this size, with its sign."""
    bits = number.bit_length()
    return 0 if bits < 8 else 1 if bits < 16 else 2 if bits < 32 else _widest(bits)


def _widest(bits: int) -> int:
    if bits < 64:
        return 3
    raise OverflowError


class _Reader:
    """Takes columns off a packed body one after another."""

    def __init__(self, body: bytes, count: int) -> None:
        self._body = body
        self._count = count
        self._at = 0

    def numbers(self) -> list[int]:
        """The next column."""
        wide, narrow = divmod(self._body[self._at], 16)
        (first,) = struct.unpack_from("<" + _KINDS[wide], self._body, self._at + 1)
        self._at += 1 + (1 << wide)
        if narrow == _NO_DIFFERENCES:
            return [first] * self._count
        differences = array(_KINDS[narrow])
        end = self._at + differences.itemsize * (self._count - 1)
        differences.frombytes(self._body[self._at : end])
        self._at = end
        return list(accumulate(differences, initial=first))

    @property
    def rest(self) -> bytes:
        """What stands after the columns."""
        return self._body[self._at :]
