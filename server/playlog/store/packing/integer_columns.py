"""Packs a column of integers: its first number, then the rest in the narrowest form.

The rest are differences, or, for numbers near zero, the numbers themselves. A byte gives the width
of the first and the form of the rest: none (all zero), fixed width, or patched (a narrow width, or
none, with a few exceptions listed by position).
"""

import itertools
import struct
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate, compress
from operator import ne, sub
from typing import Final

_KINDS: Final = "bhiq"
_ZERO: Final = 4
_PATCHED: Final = 5
_PLACE: Final = "H"
Steps = list[tuple[int, int]]
"""Positions and numbers: each number holds until the next position, or for its own only."""


def growing(column: Sequence[int]) -> bytes:
    """Pack numbers that grow or follow each other. Raises OverflowError above 64 bits."""
    return _packed(column[0], list(map(sub, column[1:], column)))


def apart(column: Sequence[int]) -> bytes:
    """Pack numbers that are zero or near it. Raises OverflowError above 64 bits."""
    return _packed(column[0], column[1:])


def _packed(first: int, rest: Sequence[int]) -> bytes:
    wide = _width(first)
    number = struct.pack("<" + _KINDS[wide], first)
    if not any(rest):
        return bytes((wide << 4 | _ZERO,)) + number
    width = _width(max(map(abs, rest)))
    narrow = _narrow(rest, width)
    if narrow is None:
        return bytes((wide << 4 | width,)) + number + array(_KINDS[width], rest).tobytes()
    return bytes((wide << 4 | _PATCHED,)) + number + _patched(rest, width, narrow)


def _narrow(rest: Sequence[int], width: int) -> int | None:
    """The narrower width at which the rest is shortest; None if none beats the full width."""
    best, least = None, len(rest) << width
    for narrow in (_ZERO, *range(width)):
        few = len(rest) - _within(rest, narrow)
        size = 3 + few * (2 + (1 << width)) + _size(narrow, len(rest))
        if size < least:
            best, least = narrow, size
    return best


def _within(rest: Sequence[int], narrow: int) -> int:
    if narrow == _ZERO:
        return rest.count(0)
    return sum(map(_span(narrow).__contains__, rest))


def steps_of(column: Sequence[int]) -> Steps:
    """A non-empty column as positions of change."""
    return [(0, column[0]), *_changes(column)]


def _changes(column: Sequence[int]) -> Iterable[tuple[int, int]]:
    if column.count(column[0]) == len(column):
        return ()
    places = list(compress(itertools.count(1), map(ne, column, column[1:])))
    return zip(places, map(column.__getitem__, places), strict=True)


def _not_zero(rest: Sequence[int]) -> Iterable[tuple[int, int]]:
    return zip(compress(itertools.count(1), rest), filter(None, rest), strict=True)


def _patched(rest: Sequence[int], width: int, narrow: int) -> bytes:
    span = _span(narrow)
    few = [(place, number) for place, number in enumerate(rest) if number not in span]
    places = array(_PLACE, [place for place, _ in few])
    numbers = array(_KINDS[width], [number for _, number in few])
    head = bytes((narrow << 4 | width,)) + struct.pack("<H", len(few))
    body = head + places.tobytes() + numbers.tobytes()
    if narrow == _ZERO:
        return body
    plain = array(_KINDS[narrow], [number if number in span else 0 for number in rest])
    return body + plain.tobytes()


def _span(narrow: int) -> range:
    if narrow == _ZERO:
        return range(1)
    half = 128 << (8 * ((1 << narrow) - 1))
    return range(-half, half)


def _size(narrow: int, count: int) -> int:
    return 0 if narrow == _ZERO else count << narrow


def _width(number: int) -> int:
    """Which of 1, 2, 4 or 8 bytes hold a signed number of this size."""
    bits = number.bit_length()
    return 0 if bits < 8 else 1 if bits < 16 else 2 if bits < 32 else _widest(bits)


def _widest(bits: int) -> int:
    if bits < 64:
        return 3
    raise OverflowError


class Reader:
    """Reads columns off a packed body one after another."""

    def __init__(self, body: bytes, at: int = 0) -> None:
        self._body = body
        self._at = at

    def growing(self, count: int) -> list[int]:
        """The next column as written by `growing`."""
        first, rest = self._column(count)
        if rest is None:
            return [first] * count
        return list(accumulate(rest, initial=first))

    def apart(self, count: int) -> list[int]:
        """The next column as written by `apart`."""
        first, rest = self._column(count)
        return [first, *(rest or [0] * (count - 1))]

    def steps(self, count: int) -> Steps:
        """The next column, written by `growing`, as positions of change."""
        first, form = self._head()
        if form == _ZERO:
            return [(0, first)]
        if form != _PATCHED:
            return steps_of(list(accumulate(self._numbers(_KINDS[form], count - 1), initial=first)))
        narrow, places, numbers = self._exceptions()
        if narrow == _ZERO:
            after = [0, *(place + 1 for place in places)]
            return list(zip(after, accumulate(numbers, initial=first), strict=True))
        rest = self._filled(narrow, places, numbers, count - 1)
        return steps_of(list(accumulate(rest, initial=first)))

    def few(self, count: int) -> Steps:
        """The non-zero numbers of the next column, written by `apart`."""
        first, form = self._head()
        begin = [(0, first)] if first else []
        if form == _ZERO:
            return begin
        if form != _PATCHED:
            return [*begin, *_not_zero(self._numbers(_KINDS[form], count - 1))]
        narrow, places, numbers = self._exceptions()
        if narrow != _ZERO:
            return [*begin, *_not_zero(self._filled(narrow, places, numbers, count - 1))]
        return [*begin, *zip((place + 1 for place in places), numbers, strict=True)]

    def byte(self) -> int:
        """The next byte."""
        self._at += 1
        return self._body[self._at - 1]

    def take(self, count: int) -> bytes:
        """The next bytes, as they are. Raises ValueError if there are fewer."""
        found = self._body[self._at : self._at + count]
        if len(found) < count:
            raise ValueError(count)
        self._at += count
        return found

    @property
    def rest(self) -> bytes:
        """The bytes after the columns."""
        return self._body[self._at :]

    def _head(self) -> tuple[int, int]:
        """The first number of a column, and the form of its rest."""
        wide, form = divmod(self.byte(), 16)
        (first,) = struct.unpack_from("<" + _KINDS[wide], self._body, self._at)
        self._at += 1 << wide
        return first, form

    def _column(self, count: int) -> tuple[int, Sequence[int] | None]:
        first, form = self._head()
        if form == _ZERO:
            return first, None
        if form == _PATCHED:
            return first, self._filled(*self._exceptions(), count - 1)
        return first, self._numbers(_KINDS[form], count - 1)

    def _exceptions(self) -> tuple[int, Sequence[int], Sequence[int]]:
        """The narrow form, and the positions and numbers of its exceptions."""
        narrow, width = divmod(self.byte(), 16)
        few = self._numbers(_PLACE, 1)[0]
        return narrow, self._numbers(_PLACE, few), self._numbers(_KINDS[width], few)

    def _filled(
        self, narrow: int, places: Sequence[int], numbers: Sequence[int], count: int
    ) -> Sequence[int]:
        rest = [0] * count if narrow == _ZERO else list(self._numbers(_KINDS[narrow], count))
        for place, number in zip(places, numbers, strict=True):
            rest[place] = number
        return rest

    def _numbers(self, kind: str, count: int) -> "array[int]":
        numbers = array(kind)
        end = self._at + numbers.itemsize * count
        numbers.frombytes(self._body[self._at : end])
        self._at = end
        return numbers
