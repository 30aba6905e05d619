"""The figures of one screen and day. A pure function of its input."""

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
from server.monitoring.heartbeats.fact_reader import ContactRun

REMEMBERED = 512
"""Entries of the cache of hours by spans.

Screens with equal spans share an entry. Passes over today never repeat one, so the cache always
fills up, at 2 KB an entry, in each process that computes days.
"""
Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class DayInput:
    """Input for a screen's day [start_s, end_s), all as of `as_of_s`.

    `watermark_s`: watermark of the play log; `given_up`: the wait for the rest is over. `since_s`
    and `until_s`: from when until when (None: still) the screen is in service.
    """

    start_s: int
    end_s: int
    as_of_s: int
    grace_s: int
    operating: Spans
    excused: Spans = ()
    runs: Sequence[ContactRun] = ()
    evidence: Sequence[Span] = ()
    outages: Sequence[Span] = ()
    doubts: Sequence[Span] = ()
    watermark_s: int = 0
    given_up: bool = False
    since_s: int | None = None
    until_s: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """The figures of a day, and the same by hours (packed).

    `awaits`: the log may still be incomplete; `open`: its lateness is not decided yet.
    """

    record: Record
    hours: bytes
    awaits: bool
    open: bool


def day_of(inputs: DayInput) -> Day:
    """Compute a screen's day; time after `as_of_s` is not judged."""
    time = classify(_case(inputs))
    impaired = tuple(intersect(time.up, _impaired(inputs)))
    fields = (
        time.operating, time.monitored, time.up, time.observed, time.running,
        time.expected, time.proven, time.awaited, time.excused, impaired,
    )  # fmt: skip
    judged, fresh = int(bool(time.expected)), int(_is_fresh(inputs, time))
    hours = _hours(tuple(_relative(field, inputs.start_s) for field in fields))
    record = Record._make([*map(total_ms, fields), judged, judged and fresh])
    return Day(record, hours, bool(time.awaited), inputs.as_of_s < inputs.end_s + FRESH_S)


def _case(inputs: DayInput) -> AvailabilityInput:
    return AvailabilityInput(
        operating=inputs.operating,
        grace_s=inputs.grace_s,
        runs=tuple(Run(one.from_s, one.last_s, 1) for one in inputs.runs),
        outages=tuple(inputs.outages),
        clock_doubt=tuple(inputs.doubts),
        evidence=tuple(inputs.evidence),
        enrolled_at=inputs.since_s,
        retired_at=inputs.until_s,
        as_of=inputs.as_of_s,
        excused=inputs.excused,
        complete_until=None if inputs.given_up else inputs.watermark_s,
    )


def _impaired(inputs: DayInput) -> list[Span]:
    """Impaired spans: from an impaired heartbeat to the next other one, or for its grace."""
    found = []
    for one, after in pairwise([*inputs.runs, ContactRun(FAR_S, FAR_S, 0)]):
        if one.kind == 1:
            found.append((one.from_s, min(one.last_s + inputs.grace_s, after.from_s)))
    return union(found)


def _is_fresh(inputs: DayInput, time: Divided) -> bool:
    """Whether all display expected until 24 hours ago is logged, by evidence or watermark."""
    due_s = min(inputs.as_of_s, inputs.end_s + FRESH_S) - FRESH_S
    unlogged = clip(time.expected, inputs.watermark_s, due_s) if inputs.watermark_s < due_s else []
    return total_ms(unlogged) == total_ms(intersect(unlogged, time.proven))


def _relative(spans: Sequence[Span], start_s: int) -> Spans:
    return tuple((low - start_s, high - start_s) for low, high in spans)


@lru_cache(maxsize=REMEMBERED)
def _hours(fields: tuple[Spans, ...]) -> bytes:
    # Most screens of a day have equal spans, so the result is cached for all of them.
    return packed_hours(tuple(_by_hour(spans) for spans in fields))


@lru_cache(maxsize=REMEMBERED)
def _by_hour(spans: Spans) -> tuple[int, ...]:
    """The seconds in each hour of a day; time beyond 25 hours is cut off."""
    found = [0] * HOURS
    for low, high in spans:
        hour = low // HOUR_S
        while hour < HOURS and hour * HOUR_S < high:
            found[hour] += min(high, (hour + 1) * HOUR_S) - max(low, hour * HOUR_S)
            hour += 1
    return tuple(found)


def packed_spans(spans: Sequence[Span], start_s: int) -> bytes:
    """Spans of a day in stored form: offsets from the day's start."""
    flat = [at - start_s for span in spans for at in span]
    return struct.pack(f"<{len(flat)}I", *flat)


def unpacked_spans(content: bytes, start_s: int) -> Spans:
    """Stored spans of a day."""
    return tuple(
        (start_s + low, start_s + high) for low, high in struct.iter_unpack("<2I", content)
    )
