"""Packs columns of a stored batch: predictable values are stored as differences.

A slot follows the previous slot; a play starts at the end of the previous one; an item is shown for
its usual time in the batch. Deflate on top saves little and costs much, so only the text form uses
it: the wire allows numbers of more than 64 bits (verdicts handle them), and such batches are stored
as JSON.
"""

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import add, sub
from typing import Final

import msgspec

from server.playlog.store.packing.integer_columns import Reader, Steps, apart, growing, steps_of

TEXT: Final = 0
FIRST: Final = 1
"""The codec before items and durations had rules; still read."""
PACKED: Final = 2
UNREADABLE: Final = (ValueError, LookupError, struct.error, zlib.error)
"""Exceptions of decoding damaged bytes."""
_FEW_ITEMS: Final = 128
_MOST_KINDS: Final = 255
# Smaller differences of items take a byte each anyway.
_NEAR: Final = 128
_AS_THEY_ARE: Final = b"\0"
_BY_SECOND: Final = b"\1"
_BY_USUAL: Final = b"\2"


@dataclass(frozen=True, slots=True)
class Columns:
    """The stored columns of a batch's events; `item` is a row number of the table `items`."""

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
    """Slots, causes, items and durations of a batch in runs, without reading each play.

    `shift` is slot minus index in the batch. Play n has item `kinds[places[n]]` and was shown for
    `usual_ms` of that item plus `beside` of n (0 if absent).
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
    """Decode the leading columns; None for a former format."""
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
    """Pack one small number a play, mostly equal ones."""
    return growing(codes)


def unpack_codes(codec: int, data: bytes, count: int) -> Sequence[int]:
    """Decode the verdict codes; the former format stored them raw."""
    return Reader(data).growing(count) if codec == PACKED else data


def code_steps(codec: int, data: bytes, count: int) -> Steps:
    """The codes as positions of change."""
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
    """Items as they are, or as indices into a list of distinct ones, whichever is shorter."""
    plain = _AS_THEY_ARE + growing(items)
    found = sorted(set(items))
    if found[-1] - found[0] < _NEAR or len(found) > _FEW_ITEMS:
        return plain
    places = {item: place for place, item in enumerate(found)}
    listed = bytes((len(found),)) + growing(found) + apart([places[item] for item in items])
    return min(plain, listed, key=len)


def _lengths(items: Sequence[int], shown_ms: Sequence[int]) -> bytes:
    """Durations relative to the item's usual one (in ms or whole seconds), or absolute."""
    usual = _usual(items, shown_ms)
    seconds = [round(ms / 1000) for ms in usual.values()]
    whole = {item: 1000 * number for item, number in zip(usual, seconds, strict=True)}
    by_second = _BY_SECOND + growing(seconds) + apart(_longer(items, shown_ms, whole))
    if len(by_second) < len(items):
        return by_second
    by_usual = _BY_USUAL + growing(list(usual.values())) + apart(_longer(items, shown_ms, usual))
    return min(by_second, by_usual, _AS_THEY_ARE + growing(shown_ms), key=len)


def _usual(items: Sequence[int], shown_ms: Sequence[int]) -> dict[int, int]:
    """The longest duration of each item, in order of first plays, ms."""
    usual: dict[int, int] = {}
    for item, shown in zip(items, shown_ms, strict=True):
        if shown >= usual.get(item, shown):
            usual[item] = shown
    return usual


def _longer(items: Sequence[int], shown_ms: Sequence[int], usual: Mapping[int, int]) -> list[int]:
    return list(map(sub, shown_ms, map(usual.__getitem__, items)))


def _gaps(start_ms: Sequence[int], shown_ms: Sequence[int]) -> list[int]:
    """The first start, then the gap between each start and the previous end, ms."""
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
    """The usual duration of each kind of item, and the deviations."""
    how = bytes((reader.byte(),))
    if how == _AS_THEY_ARE:
        return [0] * len(kinds), list(enumerate(reader.growing(len(items))))
    return _read_kinds(reader, how, len(kinds)), reader.few(len(items))


def _read_kinds(reader: Reader, how: bytes, count: int) -> list[int]:
    usual = reader.growing(count)
    return [1000 * number for number in usual] if how == _BY_SECOND else usual


def _starts(gaps: Sequence[int], shown_ms: Sequence[int]) -> list[int]:
    """Starts from gaps and durations: their running sum."""
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
