"""Uptime of one screen in a window, to the second. Pure: everything comes in as a case.

Worked numbers and reasons: docs/algorithms/uptime.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from playlists.windows import Span, clip, intersect, subtract, total_ms, union

FAR_S = 1 << 52
"""Later than anything; whole seconds stay exact up to here."""
FRESH_S = 24 * 3600
"""A log is in good time if it is complete to within a day."""


@dataclass(frozen=True, slots=True)
class Run:
    """Beats at `first`, `first + every`, ... up to `last` at most (seconds since 1970 UTC)."""

    first: int
    last: int
    every: int


@dataclass(frozen=True, slots=True)
class AvailabilityInput:
    """What is known of one screen; spans are half-open, in whole seconds since 1970 UTC.

    `operating` are its opening (or service) hours within the window, sorted and disjoint.
    `evidence` are plays that were handed in later; None where they aren't asked about. A None
    instant stands for "not so": always enrolled, never retired, the whole window is past.
    `excused` are times for which no display is owed; `complete_until`: the play log is known to
    tell all that was shown before; None if all of it has come.
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
    """The time of a case as sorted, disjoint spans, all of them within operating time.

    `up` lies within `monitored`, `running` within `known`; `proven` and `awaited` divide what is
    shown and what may still turn out to have been shown of `owed`.
    """

    operating: tuple[Span, ...]
    monitored: tuple[Span, ...]
    up: tuple[Span, ...]
    known: tuple[Span, ...]
    running: tuple[Span, ...]
    owed: tuple[Span, ...]
    proven: tuple[Span, ...]
    awaited: tuple[Span, ...]
    excused: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Display:
    """Display uptime in seconds: the share lies in [proven, proven + awaited] of what is owed."""

    owed_s: int
    proven_s: int
    awaited_s: int

    @property
    def low_pct(self) -> float | None:
        """What is proven, per cent to two decimals; None where nothing is owed."""
        return per_cent(self.proven_s, self.owed_s)

    @property
    def high_pct(self) -> float | None:
        """The same if all that the log hasn't told yet was shown."""
        return per_cent(self.proven_s + self.awaited_s, self.owed_s)


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds, and per cent to two decimals (half up), None where nothing was monitored.

    down = monitored - up, unknown = operating - monitored. `running_pct` counts late evidence
    too; it says nothing (None) where `evidence_asked` is false.
    """

    operating_s: int
    monitored_s: int
    up_s: int
    uptime_pct: float | None
    running_pct: float | None = None
    evidence_asked: bool = False

    def as_json(self) -> dict[str, int | float | None]:
        """The figures by the names of the command's answer."""
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
    """The figures of a case.

    monitored = operating - unknown - (tail - up), link availability = up in it / it. A tail is
    the grace after a server outage, in which a screen may just be on its way back.
    """
    time = classify(case)
    monitored_s, up_s = total_ms(time.monitored), total_ms(time.up)
    asked = case.evidence is not None
    return Figures(
        operating_s=total_ms(time.operating),
        monitored_s=monitored_s,
        up_s=up_s,
        uptime_pct=per_cent(up_s, monitored_s),
        running_pct=per_cent(total_ms(time.running), total_ms(time.known)) if asked else None,
        evidence_asked=asked,
    )


def display(case: AvailabilityInput) -> Display:
    """The display uptime of a case: by play log, whatever the beats say."""
    time = classify(case)
    return Display(total_ms(time.owed), total_ms(time.proven), total_ms(time.awaited))


def classify(case: AvailabilityInput) -> Divided:
    """The time of a case by what is known of it; `account` and `display` add it up."""
    up, beyond = up_spans(case), _beyond(case)
    outages = union(case.outages)
    tails = union((end, end + case.grace_s) for _, end in outages)
    monitored = subtract(case.operating, union([*outages, *beyond, *subtract(tails, up)]))
    seen = intersect(case.operating, subtract(union(case.evidence or ()), beyond))
    known = union([*monitored, *seen])
    excused = intersect(case.operating, union(case.excused))
    owed = subtract(subtract(case.operating, excused), beyond)
    proven = intersect(owed, seen)
    told = FAR_S if case.complete_until is None else case.complete_until
    return Divided(
        operating=case.operating,
        monitored=tuple(monitored),
        up=tuple(intersect(monitored, up)),
        known=tuple(known),
        running=tuple(intersect(known, union([*up, *seen]))),
        owed=tuple(owed),
        proven=tuple(proven),
        awaited=tuple(subtract(clip(owed, told, FAR_S), proven)),
        excused=tuple(excused),
    )


def up_spans(case: AvailabilityInput) -> list[Span]:
    """The union over all beats h of [h, h + grace)."""
    spans = [(beat, beat + case.grace_s) for beat in case.beats]
    for run in case.runs:
        spans += _run_spans(run, case.grace_s)
    return union(spans)


def per_cent(part: int, whole: int) -> float | None:
    """100 part / whole to two decimals, half up, in whole numbers; None if there is no whole."""
    return (20_000 * part + whole) // (2 * whole) / 100 if whole else None


def _beyond(case: AvailabilityInput) -> list[Span]:
    """Time that nothing can be said of, whatever evidence there is."""
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
