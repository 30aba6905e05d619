"""The states of slots at the freeze of their month: later plays are an adjustment."""

from collections.abc import Iterator, Sequence

from server.foundation.civil_time import LATE_DAYS, Civil
from server.foundation.durations import HOUR_MS
from server.playlog.model.screen_context import Tenure
from server.playlog.model.slot_states import PlanOf, SlotState
from server.playlog.rollups.recount import Stretch, states_of
from server.playlog.store.transaction import Tx


def stretches(
    civil: Civil, from_ms: int, until_ms: int, longest_ms: int = HOUR_MS
) -> Iterator[Stretch]:
    """[from, until) day by day, each with the plays received before its month was frozen."""
    for day, start_ms, end_ms in civil.days(from_ms, until_ms):
        frozen_ms = civil.frozen_from(day, LATE_DAYS)
        yield Stretch(max(start_ms, from_ms), min(end_ms, until_ms), frozen_ms, longest_ms)


def states_in(
    tx: Tx,
    screen: int,
    tenures: Sequence[Tenure],
    plan_of: PlanOf,
    some: Iterator[Stretch],
) -> Iterator[SlotState]:
    """The slots of a screen that have evidence, read from the plays. Raises PlanNeeded."""
    for stretch in some:
        yield from states_of(tx, screen, tenures, plan_of, stretch).values()
