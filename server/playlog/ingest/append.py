"""Ingests one batch in one transaction: dedupes, judges and appends its plays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from server.playlog.ingest import fast_path
from server.playlog.ingest.strange_names import without_strange
from server.playlog.model import hash_chain
from server.playlog.model import play as p
from server.playlog.model.batch import Batch
from server.playlog.model.claims import Claim, claims_of, corrected
from server.playlog.model.ingest_context import SUSPECT_FLAGS, IngestContext
from server.playlog.model.overlap import OVERLAP_MS
from server.playlog.model.play import Play
from server.playlog.model.slot_states import SlotStates, Span, reach_of, slot_states
from server.playlog.model.verdict_rules import (
    ACCEPTED,
    LONGEST_MS,
    Circumstances,
    Judge,
    Judged,
    Verdict,
)
from server.playlog.rollups.day_seals import noted_ms
from server.playlog.rollups.posting import RollupPoster
from server.playlog.store import batches, boots, quarantine
from server.playlog.store.boots import Boot, Log, Step
from server.playlog.store.display_intervals import Proof, proven_by
from server.playlog.store.nearby_plays import SLACK_MS, Neighbour, neighbours_between, timeline_of
from server.playlog.store.packing.stored_batch import Extent, StoredBatch
from server.playlog.store.placements import placements_of
from server.playlog.store.transaction import Tx

AROUND_MS: Final = 1_000
AHEAD_MS: Final = SLACK_MS + 1_000
"""No log is further ahead of now, in ms, unless the server's clock was set back."""
APART_MS: Final = 3_600_000
"""Plays of a batch further apart than this get separate queries for nearby plays, ms."""
FEW_PLAYS: Final = 8
"""Batches of at most this many plays are judged inline.

A thread switch would take longer when thousands of screens reconnect.
"""


@dataclass(frozen=True, slots=True)
class IngestResult:
    """The answer to a batch; `reused` if a sequence number came again with other content.

    `waiting`: earlier plays of the boot still without a time. `ahead`: the screen's log is ahead of
    now, as the server's clock was set back. `fresh`: plays not stored before; not part of the
    answer.
    """

    boot: str
    upto: int
    quarantined: tuple[tuple[int, str], ...] = ()
    reused: bool = False
    waiting: int = 0
    ahead: bool = False
    fresh: int = field(default=0, compare=False)

    @property
    def put_aside(self) -> tuple[str, ...]:
        """Distinct reasons for which new plays were quarantined."""
        since = self.upto - self.fresh
        return tuple(reason for seq, reason in self.quarantined if seq > since)

    def as_json(self) -> dict[str, Any]:
        """The answer in wire form."""
        aside = [{"seq": seq, "reason": reason} for seq, reason in self.quarantined]
        return {"boot": self.boot, "upto": self.upto, "quarantined": aside}


def ingest(tx: Tx, context: IngestContext, batch: Batch, *, unsigned: bool = False) -> IngestResult:
    """Ingest a batch; idempotent: the same batch again changes nothing and gets the same answer.

    `unsigned`: it lacks the signature that its boot can give, so it is quarantined.
    """
    boot = boots.open_boot(tx, context.screen_context.screen, batch.boot, context.now_ms)
    if batch.lost is not None:
        return IngestResult(batch.boot, declare_lost(tx, boot, batch.lost, context.now_ms))
    if batch.first > boot.upto + 1:
        return IngestResult(batch.boot, boot.upto)
    batch = without_strange(tx, context, batch)
    reused = batch.first <= boot.upto and _differs(tx, boot, batch)
    if reused:
        boots.flag_screen(tx, boot.screen, "seq_reused", context.now_ms)
    log = boots.log_of(tx, boot.screen)
    clean = batch.last > boot.upto and _append(tx, context, boot, batch, log, unsigned)
    aside = [] if clean else quarantine.quarantined(tx, boot.id, batch.first, batch.last)
    upto = max(boot.upto, batch.last)
    ahead = max(log.played_until, log.reported_until) > context.now_ms + AHEAD_MS
    return IngestResult(
        batch.boot, upto, tuple(aside), reused, boot.unsynced, ahead, fresh=upto - boot.upto
    )


def declare_lost(tx: Tx, boot: Boot, ranges: Iterable[tuple[int, int, str]], now_ms: int) -> int:
    """Record gaps as received; returns the new high-water mark. Ranges after a hole are ignored."""
    upto, head = boot.upto, boot.head
    for first, last, reason in ranges:
        if first > upto + 1:
            break
        if last <= upto:
            continue
        first = max(first, upto + 1)  # noqa: PLW2901 - the part that isn't held
        head = hash_chain.link(head, ("lost", first, last, reason))
        tx.run(
            "INSERT INTO lost_ranges (boot, first, last, reason, received_at, head) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (boot.id, first, last, reason, now_ms, head),
        )
        upto = last
    boots.advance_boot(tx, boot, Step(upto, head, boot.mono_until), now_ms)
    return upto


def _append(
    tx: Tx, context: IngestContext, boot: Boot, batch: Batch, log: Log, unsigned: bool
) -> bool:
    """Store and book the plays that are new; returns whether none of the batch was quarantined."""
    if not unsigned and fast_path.append_fast(tx, context, boot, batch, log):
        return True
    if batch.last - boot.upto <= FEW_PLAYS:
        step = _add(tx, context, boot, batch, log, unsigned)
    else:
        step = tx.aside(_add, context, boot, batch, log, unsigned)
    boots.advance_boot(tx, boot, step, context.now_ms)
    return False


def add_beside(tx: Tx, context: IngestContext, boot: Boot, batch: Batch) -> None:
    """Add plays that the boot's player had declared lost.

    `boot`: `upto` and head are those before the batch; the boot's row stays unchanged.
    """
    earlier = replace(boot, mono_until=0)
    step = _add(tx, context, earlier, batch, boots.log_of(tx, boot.screen))
    if step.unsynced:
        boots.set_unsynced(tx, boot.id, boot.unsynced + step.unsynced)


def _add(
    tx: Tx, context: IngestContext, boot: Boot, batch: Batch, log: Log, unsigned: bool = False
) -> Step:
    """Judge, store and book plays; returns how far the boot has advanced."""
    received_ms = max(context.now_ms, boot.last_at)
    plays = batch.plays()[boot.upto + 1 - batch.first :]
    near, judged, mono_until_ms = _judged(tx, context, boot, batch, plays, unsigned)
    head = hash_chain.after(boot.head, plays)
    extent = Extent.of(judged, noted_ms(tx, context.civil, received_ms))
    row = batches.add_batch(tx, boot, batch, batches.pack_plays(tx, judged), head, extent)
    quarantine.add_quarantine(tx, boot, row, judged, received_ms)
    unsynced = sum(one.verdict is Verdict.UNSYNCED for one in judged)
    before, after = _states(context, near, judged)
    book(tx, context, before, after, received_ms)
    tx.prove(Proof(boot.screen, proven_by(judged)))
    new_log = advanced(tx, log, judged, after, context.now_ms)
    boots.save_log(tx, boot.screen, replace(new_log, widest_ms=max(log.widest_ms, extent.span)))
    return Step(batch.last, head, mono_until_ms, unsynced)


def _judged(
    tx: Tx, context: IngestContext, boot: Boot, batch: Batch, plays: Sequence[Play], unsigned: bool
) -> tuple[list[Neighbour], list[Judged], int]:
    """Stored plays around the new ones, verdicts on the new ones, and their end since boot (ms)."""
    plan = context.plans(batch.manifest) if batch.manifest is not None else None
    about = Circumstances(
        screen_context=context.screen_context,
        boot=boot.id,
        received_ms=context.now_ms,
        has_plan=plan is not None,
        clock=batch.clock,
        suspected=boot.flag in SUSPECT_FLAGS,
        mono_until_ms=boot.mono_until,
        unsigned=unsigned,
    )
    claims = claims_of(plays, plan, batch.clock)
    near = _neighbours(tx, context, boots.log_of(tx, boot.screen), about, claims)
    timeline = timeline_of((one.batch.boot, one.judged) for one in near)
    judge = Judge(about, timeline, batch.manifest)
    judged = judge.judge(claims)
    return near, judged, judge.mono_until_ms or 0


def book(tx: Tx, context: IngestContext, before: SlotStates, after: SlotStates, at_ms: int) -> None:
    """Book the difference between two sets of slot states, as of `at_ms`.

    It becomes an adjustment if the month was frozen by then.
    """
    screen_context = context.screen_context
    placements = placements_of(tx, screen_context.screen, screen_context.place, context.now_ms)
    booking = RollupPoster(tx, context.civil, placements, at_ms)
    tx.book(booking.book(before, after))


def advanced(
    tx: Tx, log: Log, judged: Iterable[Judged], states: SlotStates, received_ms: int
) -> Log:
    """The log's watermarks after these plays and slot states."""
    played_ms, reported_ms = log.played_until, log.reported_until
    for one in judged:
        if one.at_ms is None or one.reason == "bad_value":
            continue
        end_ms = one.at_ms + one.play.shown_ms
        if reported_ms < end_ms <= received_ms:
            reported_ms = end_ms
        if played_ms < end_ms and one.verdict in ACCEPTED:
            played_ms = end_ms
    reported_ms = max(reported_ms, min(played_ms, received_ms))
    log = replace(log, played_until=played_ms, reported_until=reported_ms)
    if not states:
        return log
    key, state = max(states.items(), key=lambda pair: pair[1].slot.start_ms)
    slots_ms = state.slot.start_ms + state.slot.duration_ms
    manifest = tx.names.text(tx, key[0])
    if slots_ms <= log.slots_until:
        return log
    if manifest != log.manifest:
        log = replace(log, manifest=manifest, before_until=log.slots_until)
    return replace(log, slots_until=slots_ms)


def _states(
    context: IngestContext, near: Sequence[Neighbour], judged: Sequence[Judged]
) -> tuple[SlotStates, SlotStates]:
    """Slot states around the new plays, without and with them."""
    reach = reach_of(judged)
    if reach is None:
        return {}, {}
    tenures = context.screen_context.tenures
    stored = [one for each in near for one in each.judged]
    before = slot_states(stored, tenures, context.plans, reach) if stored else {}
    return before, slot_states([*stored, *judged], tenures, context.plans, reach)


def _neighbours(
    tx: Tx,
    context: IngestContext,
    log: Log,
    about: Circumstances,
    claims: Sequence[Claim],
) -> list[Neighbour]:
    """Stored plays that the new ones could overlap; none if all stored plays are earlier."""
    latest_ms = about.received_ms + about.tolerance_ms
    earliest_ms = about.screen_context.enrolled_ms
    placed = [
        claim
        for claim in claims
        if claim.at_ms is not None
        and claim.sane
        and earliest_ms <= claim.at_ms <= latest_ms
        and claim.play.shown_ms <= LONGEST_MS
    ]
    if not any(_collides(claim, log) for claim in placed):
        return []
    screen, spans = context.screen_context.screen, _spans(placed, int(latest_ms))
    return neighbours_between(tx, screen, spans, log.widest_ms, context.plans)


def _spans(placed: Iterable[Claim], latest_ms: int) -> list[Span]:
    """Time spans (ms) of plays and their slots; spans more than APART_MS apart stay separate."""
    spans = [(one.at_ms or 0, (one.at_ms or 0) + one.play.shown_ms) for one in placed]
    spans += [(one.slot.start_ms, one.slot.start_ms) for one in placed if one.slot is not None]
    found: list[Span] = []
    for low, high in sorted((low, max(low, min(high, latest_ms))) for low, high in spans):
        if found and low <= found[-1][1] + APART_MS:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found


def _collides(claim: Claim, log: Log) -> bool:
    """Whether a play could overlap a stored one: it or its slot begins before the log's end."""
    at_ms = claim.at_ms or 0
    if at_ms < log.played_until - OVERLAP_MS:
        return True
    if claim.slot is not None:
        return claim.slot.start_ms < log.slots_until
    return claim.play.cause == p.TAKEOVER and at_ms < log.slots_until


def _differs(tx: Tx, boot: Boot, batch: Batch) -> bool:
    """Whether a stored play came again with other content."""
    again = {play.seq: play for play in batch.plays() if play.seq <= boot.upto}
    for stored in _held(tx, boot, batch, min(boot.upto, batch.last)):
        for play in stored.plays(tx):
            if again.get(play.seq, play) != play:
                return True
    return False


def _held(tx: Tx, boot: Boot, batch: Batch, last: int) -> list[StoredBatch]:
    """The rows that hold first..last; the index by time is tried first."""
    at_ms = corrected(batch.plays()[0], batch.clock)
    if at_ms is not None:
        widest_ms = boots.log_of(tx, boot.screen).widest_ms
        far_ms = 2 * widest_ms + 1
        shown_ms = min(sum(map(abs, batch.shown_ms)), far_ms)
        for before_ms, after_ms in ((AROUND_MS, shown_ms + AROUND_MS), (far_ms, far_ms)):
            span = (at_ms - before_ms, at_ms + after_ms)
            rows = batches.whole_near(tx, boot.screen, *span, widest_ms)
            mine = [row for row in rows if row.boot == boot.id and row.first <= last]
            found = [row for row in mine if row.first + row.n > batch.first]
            if _cover(found, batch.first, last):
                return found
    return batches.whole_of_boot(tx, boot, batch.first, last)


def _cover(rows: Iterable[StoredBatch], first: int, last: int) -> bool:
    """Whether rows of a boot, which are disjoint, cover all of first..last."""
    held = (min(row.first + row.n - 1, last) - max(row.first, first) + 1 for row in rows)
    return sum(held) > last - first
