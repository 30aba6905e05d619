"""Judges stored plays again after a change: a clock, a tenure, a person's decision.

Roll-ups change by the slots' value afterwards minus the value before, so a review without findings
changes nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from server.playlog.ingest.append import advanced, book
from server.playlog.model.batch import ClockNote
from server.playlog.model.claims import claims_of
from server.playlog.model.ingest_context import SUSPECT_FLAGS, IngestContext
from server.playlog.model.overlap import Timeline
from server.playlog.model.screen_context import Tenure
from server.playlog.model.slot_states import slot_states
from server.playlog.model.verdict_rules import ACCEPTED, Circumstances, Judge, Judged, Verdict
from server.playlog.store import (
    batches,
    boots,
    display_intervals,
    quarantine,
)
from server.playlog.store.boots import Boot
from server.playlog.store.nearby_plays import SLACK_MS, Neighbour, neighbour, timeline_of
from server.playlog.store.packing.stored_batch import BACKFILLED, Extent, StoredBatch
from server.playlog.store.transaction import Tx

FOREVER_MS: Final = 2**53
Chosen = Callable[[StoredBatch, Judged], bool]


@dataclass(frozen=True)
class Review:
    """Plays to judge again, and the plays around them; `tenures`: those of the last booking.

    `rows`: their batches in any order, of which some may come twice.
    """

    rows: Iterable[StoredBatch]
    chosen: Chosen
    tenures: Sequence[Tenure]
    clock: ClockNote | None = None


def review(tx: Tx, context: IngestContext, task: Review) -> list[Neighbour]:
    """Judge the chosen plays again in order of arrival, and book the difference.

    Unsigned plays stay in quarantine unless a person has cleared their boot. Returns all batches
    with their current verdicts.
    """
    task = _without_unsigned(tx, context.screen_context.screen, task)
    rows = {row.id: row for row in task.rows}
    old = [neighbour(tx, rows[number], context.plans) for number in sorted(rows)]
    before = slot_states((one for each in old for one in each.judged), task.tenures, context.plans)
    timeline = timeline_of(
        (each.batch.boot, [one for one in each.judged if not task.chosen(each.batch, one)])
        for each in old
    )
    flags = _flags(tx, {each.batch.boot for each in old})
    new = [_again(context, each, task, timeline, flags[each.batch.boot]) for each in old]
    after = slot_states(
        (one for each in new for one in each.judged), context.screen_context.tenures, context.plans
    )
    for was, now in zip(old, new, strict=True):
        if _is_changed(was, now):
            _rewrite(tx, was, now)
    book(tx, context, before, after, context.now_ms)
    log = boots.log_of(tx, context.screen_context.screen)
    judged = [one for each in new for one in each.judged]
    former = [one for each in old for one in each.judged]
    proof = display_intervals.changed(context.screen_context.screen, former, judged)
    if proof is not None:
        tx.prove(proof)
    widest_ms = max((each.batch.span for each in new), default=0)
    log = advanced(tx, log, judged, after, context.now_ms)
    boots.save_log(
        tx, context.screen_context.screen, replace(log, widest_ms=max(log.widest_ms, widest_ms))
    )
    return new


def _without_unsigned(tx: Tx, screen: int, task: Review) -> Review:
    unsigned = quarantine.unsigned(tx, screen)
    if not unsigned:
        return task
    flags = _flags(tx, {boot for boot, _ in unsigned})
    stay = {one for one in unsigned if flags[one[0]] != "cleared"}
    chosen = task.chosen
    return replace(
        task,
        chosen=lambda row, one: (row.boot, one.play.seq) not in stay and chosen(row, one),
    )


def backfill(tx: Tx, context: IngestContext, boot: Boot, clock: ClockNote) -> None:
    """Place a boot's plays in time that were shown before its clock was synced.

    Plays that still don't fit their slots stay unsynced: the machine slept in between, or its own
    clock was wrong when it chose the slot.
    """
    waiting = [row for row in batches.of_boot(tx, boot, 1, FOREVER_MS) if row.clock is None]
    if not waiting:
        return
    starts = [play.start_ms + clock.offset_ms for row in waiting for play in row.plays(tx)]
    low_ms, high_ms = int(min(starts)) - SLACK_MS, int(max(starts)) + SLACK_MS
    ids = {row.id for row in waiting}
    task = Review(
        rows=[*around(tx, boot.screen, low_ms, high_ms), *waiting],
        chosen=lambda row, one: row.id in ids and one.verdict is Verdict.UNSYNCED,
        tenures=context.screen_context.tenures,
        clock=clock,
    )
    review(tx, context, task)
    boots.set_unsynced(tx, boot.id, 0)


def review_since(tx: Tx, context: IngestContext, from_ms: int, tenures: Sequence[Tenure]) -> None:
    """Judge all plays since an instant again; the store was booked by `tenures`."""
    screen = context.screen_context.screen
    near = around(tx, screen, from_ms - 2 * SLACK_MS, FOREVER_MS)
    aside = set(quarantine.quarantined_since(tx, screen, from_ms - SLACK_MS))
    task = Review(
        rows=[*near, *batches.by_numbers(tx, aside - {row.id for row in near})],
        chosen=lambda _, one: is_placed(one) and (one.at_ms or 0) >= from_ms - SLACK_MS,
        tenures=tenures,
    )
    review(tx, context, task)


def review_boot(tx: Tx, context: IngestContext, boot: Boot) -> None:
    """Judge a boot's plays again after a person's decision on it."""
    mine = batches.of_boot(tx, boot, 1, FOREVER_MS)
    if not mine:
        return
    low_ms = min(row.t0 for row in mine)
    aside = quarantine.earliest_quarantined(tx, boot.id)
    low_ms = low_ms if aside is None else min(low_ms, aside)
    task = Review(
        rows=[*around(tx, boot.screen, low_ms - SLACK_MS, FOREVER_MS), *mine],
        chosen=lambda row, one: row.boot == boot.id and is_placed(one),
        tenures=context.screen_context.tenures,
    )
    review(tx, context, task)


def around(tx: Tx, screen: int, from_ms: int, until_ms: int) -> list[StoredBatch]:
    """A screen's batches with plays in [from, until)."""
    return batches.near(tx, screen, from_ms, until_ms, boots.log_of(tx, screen).widest_ms)


def is_placed(one: Judged) -> bool:
    """Whether a play has a time to be judged by."""
    return one.at_ms is not None and one.verdict is not Verdict.UNSYNCED


def _again(
    context: IngestContext, each: Neighbour, task: Review, timeline: Timeline, flag: str | None
) -> Neighbour:
    """The batch with new verdicts on the chosen plays."""
    picked = [index for index, one in enumerate(each.judged) if task.chosen(each.batch, one)]
    if not picked:
        return each
    plays = [each.judged[index].play for index in picked]
    manifest = plays[0].manifest
    plan = context.plans(manifest) if manifest is not None else None
    clock = task.clock if each.batch.clock is None else each.batch.clock
    about = Circumstances(
        screen_context=context.screen_context,
        boot=each.batch.boot,
        received_ms=context.now_ms,
        has_plan=plan is not None,
        clock=clock,
        suspected=flag in SUSPECT_FLAGS,
    )
    fresh = Judge(about, timeline, manifest).judge(claims_of(plays, plan, clock))
    judged = list(each.judged)
    for index, one in zip(picked, fresh, strict=True):
        judged[index] = _kept_waiting(one) if each.batch.clock is None else one
    return Neighbour(_placed(each.batch, judged, clock), judged)


def _kept_waiting(one: Judged) -> Judged:
    """A back-filled play either counts or stays unsynced; it is never held against the screen."""
    if one.verdict is Verdict.QUARANTINED:
        return Judged(one.play, Verdict.UNSYNCED, None, None, one.slot)
    return one


def _placed(row: StoredBatch, judged: Sequence[Judged], clock: ClockNote | None) -> StoredBatch:
    extent = Extent.of(judged, row.received_at)
    fits = any(one.verdict in ACCEPTED for one in judged)
    if row.clock is not None or clock is None or not fits:
        return replace(row, t0=extent.t0, span=extent.span)
    return replace(
        row,
        t0=extent.t0,
        span=extent.span,
        offset_ms=clock.offset_ms,
        uncertainty_ms=clock.uncertainty_ms,
        source=BACKFILLED,
    )


def _is_changed(was: Neighbour, now: Neighbour) -> bool:
    return was.batch != now.batch or any(
        (a.verdict, a.expected, a.slot) != (b.verdict, b.expected, b.slot)
        for a, b in zip(was.judged, now.judged, strict=True)
    )


def _rewrite(tx: Tx, was: Neighbour, now: Neighbour) -> None:
    batches.rewrite_batch(tx, now.batch, now.judged)
    changed = [
        new
        for old, new in zip(was.judged, now.judged, strict=True)
        if Verdict.QUARANTINED in {old.verdict, new.verdict} and old is not new
    ]
    quarantine.replace_quarantine(tx, now.batch, changed)


def _flags(tx: Tx, numbers: Iterable[int]) -> dict[int, str | None]:
    return {number: boots.flag_of(tx, number) for number in numbers}
