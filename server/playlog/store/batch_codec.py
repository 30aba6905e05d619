"""Columns of a stored batch as few bytes: what grows by a rule is kept as the difference to it.

A slot follows the slot before; a play starts where the one before ended; an item is shown as long
as it mostly is in the batch. Deflate on top saves little and costs much, so it is left to the text
form: numbers that fit no 64 bits are possible on the wire (and judged there), and such a batch is
kept as JSON.
"""

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import add, sub
from typing import Final

import msgspec

from server.playlog.store.integer_columns import Reader, Steps, apart, growing, steps_of

TEXT: Final = 0
FIRST: Final = 1
"""How columns were packed before there were rules for items and for their lengths; still read."""
PACKED: Final = 2
UNREADABLE: Final = (ValueError, LookupError, struct.error, zlib.error)
"""What reading raises if the bytes aren't as they were packed."""
_FEW_ITEMS: Final = 128
_MOST_KINDS: Final = 255
# Differences of items that are no further apart take a byte each anyway.
_NEAR: Final = 128
_AS_THEY_ARE: Final = b"\0"
_BY_SECOND: Final = b"\1"
_BY_USUAL: Final = b"\2"


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


@dataclass(frozen=True, slots=True)
class Placed:
    """Which slots a batch filled, why, with what and for how long, without a look at each play.

    `shift` is slot less place in the batch; play n is of item `kinds[places[n]]` and was shown for
    `usual_ms` of that and what `beside` says more of n (nothing: nothing).
    """

    count: int
    segment: Steps
    cycle: Steps
    shift: Steps
    cause: Steps
    kinds: Sequence[int]
    places: bytes
    usual_ms: Sequence[int]
    beside: Steps


def pack(columns: Columns) -> tuple[int, bytes]:
    """Codec and bytes of at least one event."""
    try:
        return PACKED, _packed(columns)
    except OverflowError:
        return TEXT, zlib.compress(msgspec.json.encode(columns))


def unpack(codec: int, data: bytes, count: int) -> Columns:
    """The columns of `count` events, exactly as they were packed."""
    if codec == TEXT:
        return msgspec.json.decode(zlib.decompress(data), type=Columns)
    reader = Reader(data)
    return _first(reader, count) if codec == FIRST else _unpacked(reader, count)


def unpack_placed(codec: int, data: bytes, count: int) -> Placed | None:
    """What the columns that come first say; None where they say it in a form of former times."""
    if codec != PACKED:
        return None
    reader = Reader(data)
    segment, cycle, shift = reader.steps(count), reader.steps(count), reader.steps(count)
    cause = reader.steps(count)
    items = _read_items(reader, count)
    kinds = list(dict.fromkeys(items))
    if len(kinds) > _MOST_KINDS:
        return None
    numbers = {item: place for place, item in enumerate(kinds)}
    usual_ms, beside = _read_usual(reader, items, kinds)
    places = bytes(map(numbers.__getitem__, items))
    return Placed(count, segment, cycle, shift, cause, kinds, places, usual_ms, beside)


def pack_codes(codes: bytes) -> bytes:
    """One small number a play, most of them the same."""
    return growing(codes)


def unpack_codes(codec: int, data: bytes, count: int) -> Sequence[int]:
    """The numbers again; formerly they stood as they are."""
    return Reader(data).growing(count) if codec == PACKED else data


def code_steps(codec: int, data: bytes, count: int) -> Steps:
    """The same as where they change."""
    return Reader(data).steps(count) if codec == PACKED else steps_of(data)


def _packed(columns: Columns) -> bytes:
    errors = sorted({error for error in columns.error if error is not None})
    places = {error: index for index, error in enumerate(errors, 1)}
    parts = (
        growing(columns.segment),
        growing(columns.cycle),
        growing(list(map(sub, columns.slot, range(len(columns.slot))))),
        growing(columns.cause),
        _items(columns.item),
        _lengths(columns.item, columns.shown_ms),
        apart(_gaps(columns.start_ms, columns.shown_ms)),
        growing(columns.state),
        growing([0 if error is None else places[error] for error in columns.error]),
        msgspec.json.encode(errors) if errors else b"",
    )
    return b"".join(parts)


def _items(items: Sequence[int]) -> bytes:
    """As they are, or as places in a list of those that occur, whichever takes less."""
    plain = _AS_THEY_ARE + growing(items)
    found = sorted(set(items))
    if found[-1] - found[0] < _NEAR or len(found) > _FEW_ITEMS:
        return plain
    places = {item: place for place, item in enumerate(found)}
    listed = bytes((len(found),)) + growing(found) + apart([places[item] for item in items])
    return min(plain, listed, key=len)


def _lengths(items: Sequence[int], shown_ms: Sequence[int]) -> bytes:
    """How much longer each was than its item usually is (in ms, or whole seconds); or as it is."""
    usual = _usual(items, shown_ms)
    seconds = [round(ms / 1000) for ms in usual.values()]
    whole = {item: 1000 * number for item, number in zip(usual, seconds, strict=True)}
    by_second = _BY_SECOND + growing(seconds) + apart(_longer(items, shown_ms, whole))
    if len(by_second) < len(items):
        return by_second
    by_usual = _BY_USUAL + growing(list(usual.values())) + apart(_longer(items, shown_ms, usual))
    return min(by_second, by_usual, _AS_THEY_ARE + growing(shown_ms), key=len)


def _usual(items: Sequence[int], shown_ms: Sequence[int]) -> dict[int, int]:
    """The longest that each item was shown, in the order of the items' first plays."""
    usual: dict[int, int] = {}
    for item, shown in zip(items, shown_ms, strict=True):
        if shown >= usual.get(item, shown):
            usual[item] = shown
    return usual


def _longer(items: Sequence[int], shown_ms: Sequence[int], usual: Mapping[int, int]) -> list[int]:
    return list(map(sub, shown_ms, map(usual.__getitem__, items)))


def _gaps(start_ms: Sequence[int], shown_ms: Sequence[int]) -> list[int]:
    """The first start, then how long after the end of the one before each began."""
    ends = map(sum, zip(start_ms, shown_ms, strict=True))
    return [start_ms[0], *map(sub, start_ms[1:], ends)]


def _unpacked(reader: Reader, count: int) -> Columns:
    segment, cycle = reader.growing(count), reader.growing(count)
    slot = list(map(add, reader.growing(count), range(count)))
    cause, item = reader.growing(count), _read_items(reader, count)
    shown_ms = _read_lengths(reader, item)
    return Columns(
        segment=segment,
        cycle=cycle,
        slot=slot,
        item=item,
        shown_ms=shown_ms,
        cause=cause,
        start_ms=_starts(reader.apart(count), shown_ms),
        state=reader.growing(count),
        error=_errors(reader, count),
    )


def _read_items(reader: Reader, count: int) -> list[int]:
    few = reader.byte()
    if not few:
        return reader.growing(count)
    found = reader.growing(few)
    return [found[place] for place in reader.apart(count)]


def _read_lengths(reader: Reader, items: Sequence[int]) -> list[int]:
    how = bytes((reader.byte(),))
    if how == _AS_THEY_ARE:
        return reader.growing(len(items))
    kinds = list(dict.fromkeys(items))
    lengths = dict(zip(kinds, _read_kinds(reader, how, len(kinds)), strict=True))
    return list(map(add, reader.apart(len(items)), map(lengths.__getitem__, items)))


def _read_usual(
    reader: Reader, items: Sequence[int], kinds: Sequence[int]
) -> tuple[Sequence[int], Steps]:
    """How long each kind of item usually was, and the plays that were longer or shorter."""
    how = bytes((reader.byte(),))
    if how == _AS_THEY_ARE:
        return [0] * len(kinds), list(enumerate(reader.growing(len(items))))
    return _read_kinds(reader, how, len(kinds)), reader.few(len(items))


def _read_kinds(reader: Reader, how: bytes, count: int) -> list[int]:
    usual = reader.growing(count)
    return [1000 * number for number in usual] if how == _BY_SECOND else usual


def _starts(gaps: Sequence[int], shown_ms: Sequence[int]) -> list[int]:
    """Each start from the gap to the end of the one before: the sum of all gaps and lengths."""
    return list(map(add, accumulate(gaps), [0, *accumulate(shown_ms[:-1])]))


def _errors(reader: Reader, count: int) -> list[str | None]:
    places = reader.growing(count)
    names = [None, *msgspec.json.decode(reader.rest or b"[]", type=list[str])]
    return [names[place] for place in places]


def _first(reader: Reader, count: int) -> Columns:
    segment, cycle = reader.growing(count), reader.growing(count)
    slot = list(map(add, reader.growing(count), range(count)))
    item = reader.growing(count)
    shown_ms, gaps = reader.growing(count), reader.growing(count)
    ends = [0, *accumulate(shown_ms[:-1])]
    return Columns(
        segment=segment,
        cycle=cycle,
        slot=slot,
        item=item,
        shown_ms=shown_ms,
        start_ms=list(map(add, gaps, ends)),
        state=reader.growing(count),
        cause=reader.growing(count),
        error=_errors(reader, count),
    )
