"""Writes the expected plays of closed days into the roll-ups, so that reports only sum rows.

A day of a screen is closed once the screen's watermark has passed it, or once the wait for late
plays is over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.foundation.civil_time import LATE_DAYS, Civil
from server.foundation.durations import DAY_MS
from server.playlog.model.expected import Bucket, Reach, buckets, expectations, settled
from server.playlog.model.ingest_context import IngestContext
from server.playlog.model.screen_context import Tenure
from server.playlog.model.slot_states import PlanOf
from server.playlog.store.booked_tenures import FOREVER_MS
from server.playlog.store.boots import log_of
from server.playlog.store.interned_ids import campaign_number
from server.playlog.store.placements import Placements, placements_of
from server.playlog.store.rollup_deltas import Ledger, RollupDimensions
from server.playlog.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Fold:
    """The closed days of a screen: [first_day, until_day)."""

    first_day: int
    until_day: int


def fold_of(tx: Tx, screen: int) -> Fold | None:
    """The range of days that is closed for a screen; None if none is."""
    row = tx.row("SELECT first_day, until_day FROM folds WHERE screen = ?", (screen,))
    return Fold(*row) if row else None


def reach_of(tx: Tx, screen: int) -> Reach:
    """How far a screen's evidence extends."""
    log = log_of(tx, screen)
    return Reach(tx.names.text_of(tx, log.manifest), log.slots_until, log.before_until)


def fold_days(tx: Tx, context: IngestContext, watermark_ms: int, limit: int) -> int:
    """Close up to `limit` more days of a screen; returns how many.

    `watermark_ms`: the screen's watermark in ms.
    """
    tenures = context.screen_context.tenures
    if not tenures:
        return 0
    screen = context.screen_context.screen
    fold = fold_of(tx, screen)
    first = context.civil.day_of(tenures[0].from_ms) if fold is None else fold.first_day
    start = first if fold is None else fold.until_day
    last = min(_closed_until(context, watermark_ms), start + limit)
    if last <= start:
        return 0
    tx.book(_expected(tx, context, tenures, range(start, last), 1))
    _save(tx, screen, Fold(first, last))
    return last - start


def unfold_since(tx: Tx, context: IngestContext, since_ms: int, tenures: Sequence[Tenure]) -> None:
    """Reopen closed days, from the one that contains an instant."""
    screen = context.screen_context.screen
    fold = fold_of(tx, screen)
    day = context.civil.day_of(since_ms)
    if fold is None or day >= fold.until_day:
        return
    day = max(day, fold.first_day)
    tx.book(_expected(tx, context, tenures, range(day, fold.until_day), -1))
    if day == fold.first_day:
        tx.run("DELETE FROM folds WHERE screen = ?", (screen,))
    else:
        _save(tx, screen, Fold(fold.first_day, day))


def _closed_until(context: IngestContext, watermark_ms: int) -> int:
    """The first day that can't be closed yet."""
    provisional = [
        tenure.from_ms for tenure in context.screen_context.tenures if not tenure.reported
    ]
    late_ms = context.now_ms - LATE_DAYS * DAY_MS
    closed_ms = min([max(watermark_ms, late_ms), context.now_ms, *provisional])
    return context.civil.day_of(closed_ms)


def _expected(
    tx: Tx, context: IngestContext, tenures: Sequence[Tenure], days: Iterable[int], sign: int
) -> Ledger:
    ledger = Ledger()
    screen_context = context.screen_context
    placements = placements_of(tx, screen_context.screen, screen_context.place, context.now_ms)
    rows = list(settled(tenures, reach_of(tx, screen_context.screen)))
    for day in days:
        ledger.merge(_of_day(context.civil, context.plans, placements, rows, day, sign))
    return ledger


def _of_day(
    civil: Civil,
    plan_of: PlanOf,
    placements: Placements,
    tenures: Sequence[Tenure],
    day: int,
    sign: int,
) -> Ledger:
    ledger = Ledger()
    spans = buckets(civil, civil.start_of(day), civil.start_of(day + 1), placements.edges())
    for one in expectations(tenures, plan_of, spans, FOREVER_MS):
        campaign = campaign_number(one.campaign)
        ledger.add_expected(_spot(placements, one.bucket), campaign, sign * one.plays)
    return ledger


def _spot(placements: Placements, bucket: Bucket) -> RollupDimensions:
    placement = placements.at(bucket.from_ms)
    return RollupDimensions(bucket.day, bucket.hour, placement.id, placement.cell)


def _save(tx: Tx, screen: int, fold: Fold) -> None:
    tx.run(
        "INSERT INTO folds (screen, first_day, until_day) VALUES (?, ?, ?) ON CONFLICT (screen) "
        "DO UPDATE SET first_day = excluded.first_day, until_day = excluded.until_day",
        (screen, fold.first_day, fold.until_day),
    )
