"""What each slot of a screen came to: its best evidence.

Precedence: confirmed, pre-empted, failed, partial. A later, better play upgrades its slot, since
a roll-up is changed by what the slot is worth after less what it was worth before.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum
from typing import Final

import msgspec

from playlists.wire.compliance import ExpectedSlot, expected_slots
from server.playlog.model import play as p
from server.playlog.model.manifests import Plan
from server.playlog.model.overlap import SlotKey, slot_key
from server.playlog.model.screen_context import Tenure
from server.playlog.model.verdict_rules import Judged, Verdict

PlanOf = Callable[[str], Plan | None]
Span = tuple[int, int]
"""From, until; ms."""
EVER: Final[Span] = (-(2**62), 2**62)


class Rank(IntEnum):
    """What a slot's evidence amounts to; the highest one is the slot's state."""

    PARTIAL = 1
    FAILED = 2
    PRE_EMPTED = 3
    CONFIRMED = 4


RANKS = {
    Verdict.COUNTED: Rank.CONFIRMED,
    Verdict.PARTIAL: Rank.PARTIAL,
    Verdict.FAILED: Rank.FAILED,
}


class SlotState(msgspec.Struct, frozen=True, gc=False):
    """A slot with its state; `shown_ms` is the time on the glass of a confirmed one."""

    slot: ExpectedSlot
    rank: Rank
    shown_ms: int = 0


SlotStates = dict[SlotKey, SlotState]


def slot_states(
    judged: Iterable[Judged], tenures: Iterable[Tenure], plan_of: PlanOf, within: Span = EVER
) -> SlotStates:
    """The states of all slots that these plays decide.

    Slots pre-empted by takeovers are only considered if they overlap `within`.
    """
    states: SlotStates = {}
    tenures = tuple(tenures)
    for one in judged:
        rank = RANKS.get(one.verdict)
        if rank is None:
            continue
        if one.slot is not None and one.expected:
            shown_ms = one.play.shown_ms if rank is Rank.CONFIRMED else 0
            _raise_to(states, slot_key(one.play), SlotState(one.slot, rank, shown_ms))
        elif rank is not Rank.FAILED and one.play.cause == p.TAKEOVER and one.at_ms is not None:
            low_ms = max(one.at_ms, within[0])
            shown_ms = min(one.at_ms + one.play.shown_ms, within[1]) - low_ms
            for key, slot in covered_slots(low_ms, shown_ms, tenures, plan_of):
                _raise_to(states, key, SlotState(slot, Rank.PRE_EMPTED))
    return states


def reach_of(judged: Iterable[Judged]) -> Span | None:
    """Where these plays may change the states of slots; None if nowhere."""
    spans = [span for one in judged if one.verdict in RANKS for span in _spans(one)]
    return (min(low for low, _ in spans), max(high for _, high in spans)) if spans else None


def _spans(one: Judged) -> Iterator[Span]:
    if one.at_ms is not None:
        yield one.at_ms, one.at_ms + one.play.shown_ms
    if one.slot is not None:
        yield one.slot.start_ms, one.slot.start_ms + one.slot.duration_ms


def covered_slots(
    at_ms: int, shown_ms: int, tenures: Iterable[Tenure], plan_of: PlanOf
) -> Iterator[tuple[SlotKey, ExpectedSlot]]:
    """The expected slots that something shown over them in [at, at + shown) pre-empts."""
    end_ms = at_ms + shown_ms
    for tenure in tenures:
        until_ms = end_ms if tenure.until_ms is None else tenure.until_ms
        if shown_ms <= 0 or tenure.from_ms >= end_ms or until_ms <= at_ms:
            continue
        plan = plan_of(tenure.manifest)
        if plan is None:
            continue
        low_ms = max(tenure.from_ms, at_ms - plan.longest_ms)
        high_ms = end_ms + plan.longest_ms
        if tenure.until_ms is not None:
            high_ms = min(high_ms, tenure.until_ms)
        for slot in expected_slots(plan.manifest, low_ms, high_ms):
            if slot.start_ms < end_ms and slot.start_ms + slot.duration_ms > at_ms:
                yield (tenure.manifest, slot.segment, slot.cycle, slot.slot), slot


def _raise_to(states: SlotStates, key: SlotKey, new: SlotState) -> None:
    old = states.get(key)
    if old is None or new.rank > old.rank:
        states[key] = new
