"""Uptime of one screen in a window, to the second. Pure: everything comes in as a case.

Worked numbers and reasons: docs/algorithms/uptime.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from playlists.windows import Span, intersect, subtract, total_ms, union

FAR_S = 1 << 52
"""Later than anything; whole seconds stay exact up to here."""


@dataclass(frozen=True, slots=True)
class Run:
    """Beats at `first`, `first + every`, ... up to `last` at most (seconds since 1970 UTC)."""

    first: int
    last: int
    every: int


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one screen; spans are half-open, in whole seconds since 1970 UTC.

    `operating` are its opening (or service) hours within the window, sorted and disjoint.
    `evidence` are plays that were handed in later; None where they aren't asked about. A None
    instant stands for "not so": always enrolled, never retired, the whole window is past.
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


def account(case: Case) -> Figures:
    """The figures of a case.

    monitored = operating - unknown - (tail - up), link availability = up in it / it. A tail is
    the grace after a server outage, in which a screen may just be on its way back.
    """
    up = up_spans(case)
    outages, beyond = union(case.outages), _beyond(case)
    tails = union((end, end + case.grace_s) for _, end in outages)
    unknown = union([*outages, *beyond, *subtract(tails, up)])
    monitored = subtract(case.operating, unknown)
    monitored_s, up_s = total_ms(monitored), total_ms(intersect(monitored, up))
    return Figures(
        operating_s=total_ms(case.operating),
        monitored_s=monitored_s,
        up_s=up_s,
        uptime_pct=per_cent(up_s, monitored_s),
        running_pct=_running(case, up, monitored),
        evidence_asked=case.evidence is not None,
    )


def up_spans(case: Case) -> list[Span]:
    """The union over all beats h of [h, h + grace)."""
    spans = [(beat, beat + case.grace_s) for beat in case.beats]
    for run in case.runs:
        spans += _run_spans(run, case.grace_s)
    return union(spans)


def per_cent(part: int, whole: int) -> float | None:
    """100 part / whole to two decimals, half up, in whole numbers; None if there is no whole."""
    return (20_000 * part + whole) // (2 * whole) / 100 if whole else None


def _running(case: Case, up: Sequence[Span], monitored: Sequence[Span]) -> float | None:
    """Evidence makes time known (in outages and their tails too) and up."""
    if case.evidence is None:
        return None
    proven = subtract(union(case.evidence), _beyond(case))
    known = union([*monitored, *intersect(case.operating, proven)])
    running = intersect(known, union([*up, *proven]))
    return per_cent(total_ms(running), total_ms(known))


def _beyond(case: Case) -> list[Span]:
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
