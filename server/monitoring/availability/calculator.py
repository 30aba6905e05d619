"""Uptime of one screen in a window, to the second. A pure function of its input.

Worked examples and rationale: docs/algorithms/uptime.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from playlists.windows import Span, clip, intersect, subtract, total_ms, union

FAR_S = 1 << 52
"""Later than any instant; integers stay exact in a double up to here, s."""
FRESH_S = 24 * 3600
"""A log is on time if it is complete within this many seconds."""


@dataclass(frozen=True, slots=True)
class Run:
    """Beats at `first`, `first + every`, ... up to `last` at most (seconds since 1970 UTC)."""

    first: int
    last: int
    every: int


@dataclass(frozen=True, slots=True)
class AvailabilityInput:
    """Input for one screen; spans are half-open, in whole seconds since 1970 UTC.

    `operating`: its opening (or service) hours within the window, sorted and disjoint. `evidence`:
    plays that were delivered later; None if they are not considered. An instant of None does not
    apply: always enrolled, never retired, the whole window is past. `excused`: SLA exclusions.
    `complete_until`: the log's watermark; None if the log is complete.
    """

    operating: tuple[Span, ...]
    grace_s: int
    runs: tuple[Run, ...] = ()
    beats: tuple[int, ...] = ()
    outages: tuple[Span, ...] = ()
    clock_doubt: tuple[Span, ...] = ()
    evidence: tuple[Span, ...] | None = None
    enrolled_at: int | None = None
    retired_at: int | None = None
    as_of: int | None = None
    excused: tuple[Span, ...] = ()
    complete_until: int | None = None


@dataclass(frozen=True, slots=True)
class Divided:
    """The window divided into sorted, disjoint spans within operating time.

    `up` is part of `monitored`, `running` of `observed`; `proven` and `awaited` are the parts of
    `expected` (expected display) that were shown and that the log may still prove.
    """

    operating: tuple[Span, ...]
    monitored: tuple[Span, ...]
    up: tuple[Span, ...]
    observed: tuple[Span, ...]
    running: tuple[Span, ...]
    expected: tuple[Span, ...]
    proven: tuple[Span, ...]
    awaited: tuple[Span, ...]
    excused: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds, and per cent to two decimals (half up); None where nothing was monitored.

    down = monitored - up, unknown = operating - monitored. `running_pct` includes late evidence;
    None if `evidence_asked` is false.
    """

    operating_s: int
    monitored_s: int
    up_s: int
    uptime_pct: float | None
    running_pct: float | None = None
    evidence_asked: bool = False

    def as_json(self) -> dict[str, int | float | None]:
        """The figures by the names in the command's output."""
        answer: dict[str, int | float | None] = {
            "operating_s": self.operating_s,
            "monitored_s": self.monitored_s,
            "up_s": self.up_s,
            "down_s": self.monitored_s - self.up_s,
            "unknown_s": self.operating_s - self.monitored_s,
            "uptime_pct": self.uptime_pct,
        }
        return {**answer, "running_pct": self.running_pct} if self.evidence_asked else answer


def availability(case: AvailabilityInput) -> Figures:
    """The link availability of a screen.

    monitored = operating - unknown - (tail - up); availability = up within monitored / monitored. A
    tail is the grace after a server outage, in which a screen may be about to reconnect.
    """
    time = classify(case)
    monitored_s, up_s = total_ms(time.monitored), total_ms(time.up)
    asked = case.evidence is not None
    return Figures(
        operating_s=total_ms(time.operating),
        monitored_s=monitored_s,
        up_s=up_s,
        uptime_pct=per_cent(up_s, monitored_s),
        running_pct=per_cent(total_ms(time.running), total_ms(time.observed)) if asked else None,
        evidence_asked=asked,
    )


def classify(case: AvailabilityInput) -> Divided:
    """Divide a screen's window into spans, of which figures are the sums."""
    up, beyond = up_spans(case), _beyond(case)
    outages = union(case.outages)
    tails = union((end, end + case.grace_s) for _, end in outages)
    monitored = subtract(case.operating, union([*outages, *beyond, *subtract(tails, up)]))
    seen = intersect(case.operating, subtract(union(case.evidence or ()), beyond))
    observed = union([*monitored, *seen])
    excused = intersect(case.operating, union(case.excused))
    expected = subtract(subtract(case.operating, excused), beyond)
    proven = intersect(expected, seen)
    watermark_s = FAR_S if case.complete_until is None else case.complete_until
    return Divided(
        operating=case.operating,
        monitored=tuple(monitored),
        up=tuple(intersect(monitored, up)),
        observed=tuple(observed),
        running=tuple(intersect(observed, union([*up, *seen]))),
        expected=tuple(expected),
        proven=tuple(proven),
        awaited=tuple(subtract(clip(expected, watermark_s, FAR_S), proven)),
        excused=tuple(excused),
    )


def up_spans(case: AvailabilityInput) -> list[Span]:
    """The union of [h, h + grace) over all heartbeats h."""
    spans = [(beat, beat + case.grace_s) for beat in case.beats]
    for run in case.runs:
        spans += _run_spans(run, case.grace_s)
    return union(spans)


def per_cent(part: int, whole: int) -> float | None:
    """100 part / whole to two decimals, half up, in integers; None if whole is 0."""
    return (20_000 * part + whole) // (2 * whole) / 100 if whole else None


def _beyond(case: AvailabilityInput) -> list[Span]:
    """Time that can't be judged whatever the evidence: clock doubts, before enrolment, future."""
    spans: list[Span] = list(case.clock_doubt)
    if case.enrolled_at is not None:
        spans.append((-FAR_S, case.enrolled_at))
    spans += [(end, FAR_S) for end in (case.retired_at, case.as_of) if end is not None]
    return union(spans)


def _run_spans(run: Run, grace_s: int) -> Iterable[Span]:
    if run.last < run.first:
        return []
    last = run.first + (run.last - run.first) // run.every * run.every
    if run.every <= grace_s:
        return [(run.first, last + grace_s)]
    return [(beat, beat + grace_s) for beat in range(run.first, last + 1, run.every)]
