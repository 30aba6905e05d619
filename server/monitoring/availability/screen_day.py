"""The figures of one screen and day, from what is known of it. Pure."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from playlists.windows import Span, clip, intersect, total_ms, union
from server.foundation.durations import HOUR_S
from server.monitoring.availability.calculator import (
    FAR_S,
    FRESH_S,
    AvailabilityInput,
    Divided,
    Run,
    classify,
)
from server.monitoring.availability.packed_records import HOURS, Record, packed_hours
from server.monitoring.heartbeats.fact_reader import Heard

REMEMBERED = 512
"""Days whose hours are worked out once for all screens that had the same. Of today no two passes
have the same, so that whatever fits in here is filled, at 2 KB each, in each process that folds."""
Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What bears on a screen's day [start_s, end_s), all as of `as_of_s`.

    `told_s`: the play log tells all before; `given_up`: what it hasn't told isn't waited for any
    more. `since_s` and `until_s`: since when the screen can be
    spoken of, and until when (None: still).
    """

    start_s: int
    end_s: int
    as_of_s: int
    grace_s: int
    operating: Spans
    excused: Spans = ()
    runs: Sequence[Heard] = ()
    evidence: Sequence[Span] = ()
    outages: Sequence[Span] = ()
    doubts: Sequence[Span] = ()
    told_s: int = 0
    given_up: bool = False
    since_s: int | None = None
    until_s: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """The figures, and the same by hours (packed).

    `awaits`: the log may still tell more; `open`: whether it was in time isn't settled yet.
    """

    record: Record
    hours: bytes
    awaits: bool
    open: bool


def day_of(known: Known) -> Day:
    """Work out a screen's day; nothing is said of what lies after `as_of_s`."""
    time = classify(_case(known))
    impaired = tuple(intersect(time.up, _impaired(known)))
    fields = (
        time.operating, time.monitored, time.up, time.known, time.running,
        time.owed, time.proven, time.awaited, time.excused, impaired,
    )  # fmt: skip
    judged, fresh = int(bool(time.owed)), int(_is_fresh(known, time))
    hours = _hours(tuple(_relative(field, known.start_s) for field in fields))
    record = Record._make([*map(total_ms, fields), judged, judged and fresh])
    return Day(record, hours, bool(time.awaited), known.as_of_s < known.end_s + FRESH_S)


def _case(known: Known) -> AvailabilityInput:
    return AvailabilityInput(
        operating=known.operating,
        grace_s=known.grace_s,
        runs=tuple(Run(one.from_s, one.last_s, 1) for one in known.runs),
        outages=tuple(known.outages),
        clock_doubt=tuple(known.doubts),
        evidence=tuple(known.evidence),
        enrolled_at=known.since_s,
        retired_at=known.until_s,
        as_of=known.as_of_s,
        excused=known.excused,
        complete_until=None if known.given_up else known.told_s,
    )


def _impaired(known: Known) -> list[Span]:
    """From the first beat that said so to the next that didn't, or as long as it counts."""
    found = []
    for one, after in pairwise([*known.runs, Heard(FAR_S, FAR_S, 0)]):
        if one.kind == 1:
            found.append((one.from_s, min(one.last_s + known.grace_s, after.from_s)))
    return union(found)


def _is_fresh(known: Known, time: Divided) -> bool:
    """Whether all was told that was owed until 24 hours ago: by evidence, or as complete."""
    due_s = min(known.as_of_s, known.end_s + FRESH_S) - FRESH_S
    untold = clip(time.owed, known.told_s, due_s) if known.told_s < due_s else []
    return total_ms(untold) == total_ms(intersect(untold, time.proven))


def _relative(spans: Sequence[Span], start_s: int) -> Spans:
    return tuple((low - start_s, high - start_s) for low, high in spans)


@lru_cache(maxsize=REMEMBERED)
def _hours(fields: tuple[Spans, ...]) -> bytes:
    # Most screens of a day have the same spans: what is worked out for one holds for all of them.
    return packed_hours(tuple(_by_hour(spans) for spans in fields))


@lru_cache(maxsize=REMEMBERED)
def _by_hour(spans: Spans) -> tuple[int, ...]:
    """The seconds of each hour of a day; whatever lies beyond 25 hours is cut off."""
    found = [0] * HOURS
    for low, high in spans:
        hour = low // HOUR_S
        while hour < HOURS and hour * HOUR_S < high:
            found[hour] += min(high, (hour + 1) * HOUR_S) - max(low, hour * HOUR_S)
            hour += 1
    return tuple(found)


def packed_spans(spans: Sequence[Span], start_s: int) -> bytes:
    """Spans of a day as they are stored: offsets into the day."""
    flat = [at - start_s for span in spans for at in span]
    return struct.pack(f"<{len(flat)}I", *flat)


def unpacked_spans(content: bytes, start_s: int) -> Spans:
    """Stored spans of a day."""
    return tuple(
        (start_s + low, start_s + high) for low, high in struct.iter_unpack("<2I", content)
    )
