"""A screen's stored plays around a time, as judged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from server.playlog.model.claims import claims_of
from server.playlog.model.manifests import Plans
from server.playlog.model.overlap import Shown, Timeline, slot_key
from server.playlog.model.slot_states import PlanOf
from server.playlog.model.verdict_rules import ACCEPTED, Judged, Verdict
from server.playlog.store import batches
from server.playlog.store.packing.stored_batch import StoredBatch
from server.playlog.store.transaction import Tx

SLACK_MS: Final = 310_000
"""Plays are at most 300 s (the largest tolerance) from their slot; with a margin, ms."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A stored batch and its plays with their current verdicts."""

    batch: StoredBatch
    judged: Sequence[Judged]


def neighbour(tx: Tx, batch: StoredBatch, plans: PlanOf) -> Neighbour:
    """Read a batch's plays. Raises PlanNeeded."""
    plays = batch.plays(tx)
    manifest = plays[0].manifest
    plan = plans(manifest) if manifest is not None else None
    claims = claims_of(plays, plan, batch.clock)
    return Neighbour(batch, batches.stored_verdicts(batch, claims))


def neighbours_between(
    tx: Tx, screen: int, spans: Iterable[tuple[int, int]], widest_ms: int, plans: Plans
) -> list[Neighbour]:
    """All batches of a screen with plays near the given spans, in order of arrival."""
    found: dict[int, StoredBatch] = {}
    for low, high in spans:
        near = batches.near(tx, screen, low - SLACK_MS, high + SLACK_MS, widest_ms)
        found.update((batch.id, batch) for batch in near)
    return [neighbour(tx, found[number], plans) for number in sorted(found)]


def timeline_of(judged_of_boots: Iterable[tuple[int, Iterable[Judged]]]) -> Timeline:
    """The timeline of accepted plays; boots are row numbers."""
    timeline = Timeline()
    for boot, judged in judged_of_boots:
        for one in judged:
            if one.verdict in ACCEPTED and one.at_ms is not None:
                end_ms = one.at_ms + one.play.shown_ms
                timeline.add(Shown(one.at_ms, end_ms, boot, one.play.start_ms))
                if one.verdict is Verdict.COUNTED and one.slot is not None:
                    timeline.confirm(slot_key(one.play))
    return timeline
