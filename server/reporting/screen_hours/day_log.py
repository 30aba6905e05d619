"""A screen's expected and shown plays of a day, read from its plan and its plays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from playlists.windows import Span, clip, union
from playlists.wire.compliance import ExpectedSlot, expected_slots
from server.foundation.civil_time import LATE_DAYS
from server.foundation.durations import DAY_MS
from server.playlog.model import play as p
from server.playlog.model.expected import settled
from server.playlog.model.overlap import SlotKey, slot_key
from server.playlog.model.screen_context import Tenure
from server.playlog.model.slot_states import PlanOf
from server.playlog.model.verdict_rules import ACCEPTED, Judged, Verdict
from server.playlog.rollups.recount import judged_between
from server.playlog.store.booked_tenures import booked_tenures
from server.playlog.store.transaction import Tx
from server.reporting.delivery.expected.watermarks import Watermark, progress_of_screens
from server.reporting.screen_hours.gaps import Start

LOOKBACK_MS: Final = DAY_MS
"""How far before midnight the previous play is searched, if a screen is open over midnight."""


class Shown(NamedTuple):
    """A confirmed play: its start, its length, and its campaign."""

    start: Start
    shown_ms: int
    campaign: str | None


@dataclass(frozen=True)
class ShownDay:
    """One screen's day [from_ms, until_ms); `open_spans` may begin before it.

    `plays` are in order of their slots and may begin before it too; they are complete until
    `complete_until_ms`.
    """

    from_ms: int
    until_ms: int
    open_spans: Sequence[Span] = ()
    expected: Sequence[ExpectedSlot] = ()
    plays: Sequence[Shown] = ()
    takeovers: Sequence[Span] = ()
    complete_until_ms: int = 0

    @property
    def campaigns(self) -> set[str | None]:
        """The campaigns with expected or shown plays; None for plays of no campaign."""
        expected = {slot.campaign for slot in self.expected}
        return expected | {play.campaign for play in self.plays}


def shown_day(
    tx: Tx,
    screen: int,
    plan_of: PlanOf,
    day: Span,
    as_of_ms: int,
    *,
    lookback_ms: int = LOOKBACK_MS,
) -> ShownDay:
    """Read the whole day; a screen that was never bound has an empty one.

    `day` may be any hours; with `lookback_ms` 0 no gap reaches into them.
    """
    from_ms, until_ms = day
    progress = progress_of_screens(tx, (screen,)).get(screen)
    if progress is None:
        return ShownDay(from_ms, until_ms)
    tenures = list(settled(booked_tenures(tx, screen), progress.reach))
    cut_ms = max(as_of_ms, progress.reach.slots_until)
    spans = _open(tenures, plan_of, from_ms - lookback_ms, min(until_ms, cut_ms))
    back_ms = next((low for low, high in spans if low < from_ms < high), from_ms)
    judged = judged_between(tx, screen, plan_of, back_ms, until_ms)
    return ShownDay(
        from_ms,
        until_ms,
        spans,
        _expected(tenures, plan_of, day, cut_ms),
        _plays(judged, back_ms, until_ms),
        union(_takeovers(judged)),
        _complete_until(progress, [one for one in tenures if _meets(one, *day)], as_of_ms),
    )


def _open(tenures: Iterable[Tenure], plan_of: PlanOf, from_ms: int, until_ms: int) -> list[Span]:
    """The times in which the screen's plans had content to show."""
    spans = []
    for tenure in tenures:
        plan = plan_of(tenure.manifest) if _meets(tenure, from_ms, until_ms) else None
        if plan is not None:
            mine = [(one.from_ms, one.until_ms) for one in plan.manifest.segments if one.loop]
            end_ms = until_ms if tenure.until_ms is None else tenure.until_ms
            spans += clip(union(mine), max(tenure.from_ms, from_ms), min(end_ms, until_ms))
    return union(spans)


def _expected(
    tenures: Iterable[Tenure], plan_of: PlanOf, day: Span, cut_ms: int
) -> list[ExpectedSlot]:
    """The slots that start on the day and have ended by the cut, each once, in order of time."""
    from_ms, until_ms = day
    found: dict[SlotKey, ExpectedSlot] = {}
    for tenure in tenures:
        plan = plan_of(tenure.manifest) if _meets(tenure, from_ms, until_ms) else None
        if plan is None:
            continue
        end_ms = cut_ms if tenure.until_ms is None else min(cut_ms, tenure.until_ms)
        high_ms = min(until_ms + plan.longest_ms, end_ms)
        for slot in expected_slots(plan.manifest, max(from_ms, tenure.from_ms), high_ms):
            if slot.start_ms < until_ms:
                found[tenure.manifest, slot.segment, slot.cycle, slot.slot] = slot
    return sorted(found.values(), key=lambda slot: slot.start_ms)


def _plays(judged: Iterable[Judged], from_ms: int, until_ms: int) -> list[Shown]:
    """The confirmed plays of slots in [from, until), each slot once."""
    found = {
        slot_key(one.play): Shown(
            Start(one.at_ms, one.slot.start_ms), one.play.shown_ms, one.slot.campaign
        )
        for one in judged
        if one.verdict is Verdict.COUNTED and one.expected
        if one.slot is not None and one.at_ms is not None
        if from_ms <= one.slot.start_ms < until_ms
    }
    return sorted(found.values(), key=lambda shown: shown.start.slot_ms)


def _takeovers(judged: Iterable[Judged]) -> list[Span]:
    return [
        (one.at_ms, one.at_ms + one.play.shown_ms)
        for one in judged
        if one.play.cause == p.TAKEOVER and one.verdict in ACCEPTED and one.at_ms is not None
    ]


def _complete_until(progress: Watermark, tenures: Sequence[Tenure], as_of_ms: int) -> int:
    """The instant until which the screen has reported everything, or its deadline has passed."""
    complete_until_ms = progress.complete_until(tenures[-1]) if tenures else 0
    return max(complete_until_ms, as_of_ms - LATE_DAYS * DAY_MS)


def _meets(tenure: Tenure, from_ms: int, until_ms: int) -> bool:
    end_ms = until_ms if tenure.until_ms is None else tenure.until_ms
    return tenure.from_ms < until_ms and end_ms > from_ms
