"""Counts from the stored plays alone; the reference for verifying roll-ups."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from server.foundation.durations import HOUR_MS
from server.playlog.model.screen_context import Tenure
from server.playlog.model.slot_states import PlanOf, SlotStates, slot_states
from server.playlog.model.verdict_rules import Judged
from server.playlog.rawlog.reader import FOREVER_MS, batches_between
from server.playlog.store.nearby_plays import SLACK_MS, neighbour
from server.playlog.store.transaction import Tx

REACH_MS: Final = HOUR_MS + SLACK_MS
"""No slot is longer than a loop, and no loop longer than an hour; with a margin, ms."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Slots that start in [from_ms, until_ms), by plays received before an instant.

    `longest_ms`: length of the longest slot.
    """

    from_ms: int
    until_ms: int
    handed_in_before_ms: int = FOREVER_MS
    longest_ms: int = HOUR_MS


def judged_between(
    tx: Tx, screen: int, plan_of: PlanOf, from_ms: int, until_ms: int
) -> list[Judged]:
    """A screen's plays around [from_ms, until_ms) with stored verdicts, in order of receipt."""
    return _judged(tx, screen, plan_of, Stretch(from_ms, until_ms))


def states_of(
    tx: Tx, screen: int, tenures: Iterable[Tenure], plan_of: PlanOf, stretch: Stretch
) -> SlotStates:
    """The states of a screen's slots of a stretch, by the verdicts as stored."""
    from_ms, until_ms = stretch.from_ms, stretch.until_ms
    states = slot_states(_judged(tx, screen, plan_of, stretch), tenures, plan_of)
    return {
        key: state for key, state in states.items() if from_ms <= state.slot.start_ms < until_ms
    }


def _judged(tx: Tx, screen: int, plan_of: PlanOf, stretch: Stretch) -> list[Judged]:
    reach_ms = stretch.longest_ms + SLACK_MS
    rows = batches_between(tx, screen, stretch.from_ms - reach_ms, stretch.until_ms + reach_ms)
    in_time = [row for row in rows if row.received_at < stretch.handed_in_before_ms]
    ordered = sorted(in_time, key=lambda row: row.id)
    return [one for row in ordered for one in neighbour(tx, row, plan_of).judged]
