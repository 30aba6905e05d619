"""Daily figures packed as lanes of one large integer, so that many are added at once.

A record is twelve lanes of 32 bits: the figures of one screen and day. A block is the records of 32
days in sequence, read as one integer: adding integers adds lane by lane, a mask selects days, and
one division sums a block's days, since 2^384 mod (2^384 - 1) is 1. No lane overflows below 47,000
screens of a day (`Adder` handles more) or 130 years of days.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache, reduce
from itertools import chain
from typing import Final, NamedTuple

DAYS: Final = 32
RECORD: Final = struct.Struct("<12I")
_WIDE: Final = struct.Struct("<6Q")
_EVEN: Final = int.from_bytes(b"\xff\xff\xff\xff\0\0\0\0" * 6, "little")
_BITS: Final = RECORD.size * 8
# The second and third lane of each record: monitored and up.
_MEMBERS: Final = struct.Struct(f"<4xII{RECORD.size - 12}x")
_RECORDS: Final = (1 << _BITS) - 1
BLOCK_BYTES: Final = RECORD.size * DAYS
MOST_ADDED: Final = 40_000
HOURS: Final = 25
HOUR_FIELDS: Final = 10
_TWO: Final = struct.Struct(f"<{2 * HOURS}H")
_HOURS: Final = struct.Struct(f"<{HOURS * HOUR_FIELDS}H")


class Record(NamedTuple):
    """Seconds of a screen's day, or sums of them; the last two fields count days.

    `judged`: days with expected display; `fresh`: those of them whose log was complete within a
    day.
    """

    operating: int = 0
    monitored: int = 0
    up: int = 0
    observed: int = 0
    running: int = 0
    expected: int = 0
    proven: int = 0
    awaited: int = 0
    excused: int = 0
    impaired: int = 0
    judged: int = 0
    fresh: int = 0

    def plus(self, other: "Record") -> "Record":
        """The sum of both."""
        return Record(*(one + two for one, two in zip(self, other, strict=True)))


NOTHING: Final = Record()


def packed(record: Record) -> bytes:
    """A record in stored form."""
    return RECORD.pack(*record)


def unpacked(content: bytes) -> Record:
    """A stored record."""
    return Record(*RECORD.unpack(content))


def block_of(day: int) -> int:
    """The number of the block that holds a day (an ordinal)."""
    return day // DAYS


def with_record(block: bytes | None, day: int, record: bytes) -> bytes:
    """A block with the record of one day replaced."""
    whole = bytearray(block or bytes(BLOCK_BYTES))
    start = day % DAYS * RECORD.size
    whole[start : start + RECORD.size] = record
    return bytes(whole)


def as_number(block: bytes) -> int:
    """A block (or record) as one integer."""
    return int.from_bytes(block, "little")


@cache
def mask(first: int, until: int) -> int:
    """Mask of all lanes of days first..until-1 of a block (0 to 32)."""
    return ((1 << (until - first) * _BITS) - 1) << first * _BITS


def total(number: int) -> int:
    """The sum of a block's days, as a record's number."""
    return number % _RECORDS


def record_of(number: int) -> Record:
    """The record of a number."""
    return Record(*RECORD.unpack(number.to_bytes(RECORD.size, "little")))


def sum_of_days(numbers: Sequence[int], days: int = 1) -> Record:
    """The sum of numbers that hold `days` records each (`MOST_ADDED` at most)."""
    step = MOST_ADDED // days
    if len(numbers) <= step:
        return record_of(sum(numbers))
    starts = range(0, len(numbers), step)
    return summed(record_of(sum(numbers[start : start + step])) for start in starts)


def sum_of_records(numbers: Sequence[int]) -> Record:
    """The sum of records of any number of days."""
    # Every other lane at a time, so that the gaps leave room for the sum.
    even = sum([number & _EVEN for number in numbers])
    odd = sum([number >> 32 & _EVEN for number in numbers])
    halves = [_WIDE.unpack(half.to_bytes(RECORD.size, "little")) for half in (even, odd)]
    return Record._make(chain.from_iterable(zip(*halves, strict=True)))


def member(number: int) -> tuple[int, int]:
    """Only the monitored and up seconds of a record's number."""
    return number >> 32 & 0xFFFF_FFFF, number >> 64 & 0xFFFF_FFFF


def members(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """The same for many records."""
    content = b"".join([number.to_bytes(RECORD.size, "little") for number in numbers])
    return list(_MEMBERS.iter_unpack(content))


def members_of_days(block: int) -> list[tuple[int, int]]:
    """The same for the 32 days of a block's number."""
    return list(_MEMBERS.iter_unpack(block.to_bytes(BLOCK_BYTES, "little")))


def records(number: int) -> Iterator[Record]:
    """The records of a block's 32 days."""
    return map(Record._make, RECORD.iter_unpack(number.to_bytes(BLOCK_BYTES, "little")))


class Adder:
    """Sums blocks of many screens; moves sums to a list before a lane can overflow."""

    def __init__(self) -> None:
        self._sum = 0
        self._count = 0
        self._aside: list[Record] = []

    def add(self, number: int) -> None:
        """Add a screen's block."""
        self._sum += number
        self._count += 1
        if self._count == MOST_ADDED:
            self._put_aside()

    def add_all(self, numbers: Sequence[int]) -> None:
        """Add the blocks of many screens."""
        for start in range(0, len(numbers), MOST_ADDED):
            piece = numbers[start : start + MOST_ADDED]
            if self._count + len(piece) > MOST_ADDED:
                self._put_aside()
            self._sum += sum(piece)
            self._count += len(piece)

    def days(self) -> Sequence[Record]:
        """The sums of the block's 32 days."""
        self._put_aside()
        return self._aside or [Record()] * DAYS

    def _put_aside(self) -> None:
        if self._count:
            found = list(records(self._sum))
            before = self._aside
            self._aside = found if not before else list(map(Record.plus, before, found))
            self._sum = self._count = 0


def packed_hours(hours: tuple[tuple[int, ...], ...]) -> bytes:
    """A day's hours packed: for each of the first ten fields the seconds of 25 hours."""
    return zlib.compress(_HOURS.pack(*chain.from_iterable(hours)), 6)


def hour_members(hours: bytes) -> Sequence[tuple[int, int]]:
    """Only the monitored and up seconds of each hour of a day."""
    two = _TWO.unpack_from(hours, 2 * HOURS)
    return list(zip(two[:HOURS], two[HOURS:], strict=True))


def hours_number(hours: bytes) -> int:
    """A day's hours as one number with lanes of 16 bits, for `HourAdder`."""
    return int.from_bytes(hours, "little")


class HourAdder:
    """Sums hours of many screens: lanes of 16 bits are spread to every other one."""

    _EVEN: Final = int.from_bytes(b"\xff\xff\0\0" * (HOURS * HOUR_FIELDS // 2), "little")
    _SIZE: Final = 2 * HOURS * HOUR_FIELDS
    _LANES: Final = struct.Struct(f"<{HOURS * HOUR_FIELDS // 2}I")

    def __init__(self) -> None:
        self._even = self._odd = 0

    def add(self, number: int) -> None:
        """Add a screen's day; at most half a million of them."""
        self._even += number & self._EVEN
        self._odd += number >> 16 & self._EVEN

    def add_sum(self, content: bytes) -> None:
        """Add what another has added up."""
        self._even += int.from_bytes(content[: self._SIZE], "little")
        self._odd += int.from_bytes(content[self._SIZE :], "little")

    def sum(self) -> bytes:
        """All lanes: the even ones, then the odd ones."""
        return b"".join(half.to_bytes(self._SIZE, "little") for half in (self._even, self._odd))

    def hours(self) -> tuple[Record, ...]:
        """The sums of each hour."""
        content = self.sum()
        even, odd = (self._LANES.unpack_from(content, at) for at in (0, self._SIZE))
        return _as_hours([second for pair in zip(even, odd, strict=True) for second in pair])


@lru_cache(maxsize=4096)
def unpacked_hours(content: bytes) -> tuple[Record, ...]:
    """The records of a stored day's hours."""
    return _as_hours(_HOURS.unpack(zlib.decompress(content)))


def _as_hours(flat: Sequence[int]) -> tuple[Record, ...]:
    fields = [flat[start : start + HOURS] for start in range(0, len(flat), HOURS)]
    return tuple(Record(*hour) for hour in zip(*fields, strict=True))


def summed(found: Iterable[Record]) -> Record:
    """The sum of records, one by one."""
    return reduce(Record.plus, found, NOTHING)
