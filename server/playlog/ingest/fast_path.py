"""The fast path for ordinary batches, which nearly all are.

All plays completed, on time and in order, each in its own slot of the plan on air, after everything
the screen has delivered so far: then each counts and the batch is booked as a whole. All other
batches take the full path; a property test holds the two to equal results.
"""

from collections.abc import Sequence
from itertools import repeat
from typing import Final

import msgspec

from playlists.wire.compliance import ExpectedSlot
from server.playlog.model import hash_chain
from server.playlog.model.batch import Batch
from server.playlog.model.ingest_context import SUSPECT_FLAGS, IngestContext
from server.playlog.model.overlap import OVERLAP_MS
from server.playlog.model.screen_context import tolerated
from server.playlog.model.verdict_rules import SURE_TOLERANCE_MS
from server.playlog.rollups.day_seals import noted_ms
from server.playlog.rollups.posting import RollupPoster
from server.playlog.store import batches, boots
from server.playlog.store.batches import Packed
from server.playlog.store.boots import Boot, Log
from server.playlog.store.display_intervals import Proof, proven_by_plain
from server.playlog.store.packing.batch_codec import Columns, pack
from server.playlog.store.packing.stored_batch import Extent
from server.playlog.store.placements import placements_of
from server.playlog.store.rollup_deltas import Item
from server.playlog.store.transaction import Tx

ABSURD: Final = 2**53


class _Run(msgspec.Struct, frozen=True):
    """A run of ordinary plays: slots, start of the first and end of the last."""

    slots: Sequence[ExpectedSlot]
    from_ms: int
    until_ms: int


def append_fast(tx: Tx, context: IngestContext, boot: Boot, batch: Batch, log: Log) -> bool:
    """Store and book an ordinary batch; False, with nothing done, if it isn't one."""
    run = _plain_run(context, boot, batch, log)
    if run is None:
        return False
    received_ms = max(context.now_ms, boot.last_at)
    head = _head_after(boot.head, batch)
    noted = noted_ms(tx, context.civil, received_ms)
    extent = Extent(run.from_ms, run.until_ms - run.from_ms, noted)
    items = _items(tx, run.slots)
    batches.add_batch(tx, boot, batch, _packed(batch, items), head, extent)
    step = boots.Step(batch.last, head, batch.start_ms[-1] + batch.shown_ms[-1])
    boots.advance_boot(tx, boot, step, context.now_ms)
    tx.book(_booking(tx, context, received_ms).confirmed(run.slots, items, batch.shown_ms))
    tx.prove(Proof(boot.screen, proven_by_plain(batch, run.from_ms, run.until_ms)))
    boots.save_log(tx, boot.screen, _advanced(tx, log, batch, run, context.now_ms))
    return True


def _plain_run(context: IngestContext, boot: Boot, batch: Batch, log: Log) -> _Run | None:
    if batch.first != boot.upto + 1 or boot.flag in SUSPECT_FLAGS or batch.clock is None:
        return None
    if any(batch.state) or any(batch.cause) or any(batch.error) or min(batch.start_ms) < 0:
        return None
    plan = context.plans(batch.manifest) if batch.manifest is not None else None
    if plan is None or max(batch.start_ms) >= ABSURD:
        return None
    if batch.start_ms[0] < boot.mono_until - OVERLAP_MS:
        return None
    slots = [plan.slot(place) for place in zip(batch.segment, batch.cycle, batch.slot, strict=True)]
    run = _timed(batch, slots, log)
    if run is None or not _is_of_its_time(context, batch, run):
        return None
    return run


def _timed(batch: Batch, slots: Sequence[ExpectedSlot | None], log: Log) -> _Run | None:
    """The run if each play fits its slot and follows the one before."""
    offset_ms = batch.clock.offset_ms if batch.clock else 0.0
    assets, named = batch.assets, range(len(batch.assets))
    earliest_ms, next_slot_ms = log.played_until - OVERLAP_MS, log.slots_until
    found: list[ExpectedSlot] = []
    from_ms = 0
    for slot, asset, start_ms, shown_ms in zip(
        slots, batch.asset, batch.start_ms, batch.shown_ms, strict=True
    ):
        if slot is None or asset not in named or assets[asset] != slot.asset:
            return None
        at_ms = round(start_ms + offset_ms)
        excess_ms = shown_ms - slot.duration_ms
        if not (
            earliest_ms <= at_ms
            and next_slot_ms <= slot.start_ms
            and -SURE_TOLERANCE_MS <= at_ms - slot.start_ms <= SURE_TOLERANCE_MS
            and -slot.duration_ms <= 50 * excess_ms <= 50 * SURE_TOLERANCE_MS
        ):
            return None
        from_ms = from_ms or at_ms
        earliest_ms = at_ms + shown_ms - OVERLAP_MS
        next_slot_ms = slot.start_ms + slot.duration_ms
        found.append(slot)
    return _Run(found, from_ms, earliest_ms + OVERLAP_MS)


def _is_of_its_time(context: IngestContext, batch: Batch, run: _Run) -> bool:
    """Whether all plays are between enrolment and now, within one tenure of the manifest."""
    screen_context = context.screen_context
    tolerance_ms = batch.clock.tolerance_ms if batch.clock else 0
    if run.from_ms < screen_context.enrolled_ms or run.until_ms > context.now_ms + tolerance_ms:
        return False
    last = run.slots[-1]
    return any(
        from_ms <= run.slots[0].start_ms
        and (until_ms is None or last.start_ms + last.duration_ms <= until_ms)
        for from_ms, until_ms in tolerated(screen_context.tenures, batch.manifest or "")
    )


def _head_after(head: bytes, batch: Batch) -> bytes:
    rows = zip(
        range(batch.first, batch.last + 1), repeat(batch.manifest), batch.segment, batch.cycle,
        batch.slot, map(batch.assets.__getitem__, batch.asset), batch.start_ms, batch.shown_ms,
        batch.state, batch.cause, batch.error,
    )  # fmt: skip
    return hash_chain.after_rows(head, rows)


def _items(tx: Tx, slots: Sequence[ExpectedSlot]) -> list[Item]:
    keys = [(slot.asset, slot.campaign) for slot in slots]
    numbers = {key: tx.names.item(tx, *key) for key in dict.fromkeys(keys)}
    return [numbers[key] for key in keys]


def _packed(batch: Batch, items: Sequence[Item]) -> Packed:
    columns = Columns(
        segment=batch.segment,
        cycle=batch.cycle,
        slot=batch.slot,
        item=[item for item, _ in items],
        start_ms=batch.start_ms,
        shown_ms=batch.shown_ms,
        state=batch.state,
        cause=batch.cause,
        error=batch.error,
    )
    return Packed(*pack(columns))


def _booking(tx: Tx, context: IngestContext, received_ms: int) -> RollupPoster:
    screen_context = context.screen_context
    placements = placements_of(tx, screen_context.screen, screen_context.place, context.now_ms)
    return RollupPoster(tx, context.civil, placements, received_ms)


def _advanced(tx: Tx, log: Log, batch: Batch, run: _Run, now_ms: int) -> Log:
    last = run.slots[-1]
    manifest = tx.names.text(tx, batch.manifest)
    return Log(
        played_until=run.until_ms if run.until_ms > log.played_until else log.played_until,
        slots_until=last.start_ms + last.duration_ms,
        reported_until=max(log.reported_until, min(run.until_ms, now_ms)),
        manifest=manifest,
        before_until=log.before_until if manifest == log.manifest else log.slots_until,
        widest_ms=max(log.widest_ms, run.until_ms - run.from_ms),
    )
