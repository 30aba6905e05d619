"""Counts from the stored plays themselves, without the roll-ups: what those are checked against."""

from collections.abc import Iterable
from typing import Final

from server.playback.civil import HOUR_MS
from server.playback.driver import Tx
from server.playback.neighbours import SLACK_MS, neighbour
from server.playback.rawlog import batches_between
from server.playback.slots import PlanOf, SlotStates, slot_states
from server.playback.standing import Tenure
from server.playback.verdicts import Judged

REACH_MS: Final = HOUR_MS + SLACK_MS
"""No slot is longer than a loop, and no loop than an hour."""


def judged_between(
    tx: Tx, screen: int, plan_of: PlanOf, from_ms: int, until_ms: int
) -> list[Judged]:
    """A screen's plays around [from, until) with the verdicts as stored, by when they came in."""
    rows = batches_between(tx, screen, from_ms - REACH_MS, until_ms + REACH_MS)
    ordered = sorted(rows, key=lambda row: row.id)
    return [one for row in ordered for one in neighbour(tx, row, plan_of).judged]


def states_between(
    tx: Tx, screen: int, tenures: Iterable[Tenure], plan_of: PlanOf, from_ms: int, until_ms: int
) -> SlotStates:
    """The states of a screen's slots that start in [from, until), by the verdicts as stored."""
    judged = judged_between(tx, screen, plan_of, from_ms, until_ms)
    states = slot_states(judged, tenures, plan_of)
    return {
        key: state for key, state in states.items() if from_ms <= state.slot.start_ms < until_ms
    }
