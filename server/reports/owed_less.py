"""Slots that a screen owed less: switched off by declaration, or exempted. Looked at one by one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from playlists.compliance import ExpectedSlot, expected_slots
from server.playback.civil import HOUR_MS, Civil
from server.playback.driver import Tx
from server.playback.recount import states_between
from server.playback.slots import PlanOf, Rank, SlotStates
from server.playback.standing import Tenure
from server.playback.tally import Tally
from server.playback.timeline import SlotKey
from server.reports.windows import Window, Windows

FULFILLED: Final = frozenset({Rank.CONFIRMED, Rank.PRE_EMPTED})


@dataclass(frozen=True)
class Around:
    """What the figures of a moment depend on beside the store. `recounted`: no roll-up is used."""

    plan_of: PlanOf
    tally_of: Callable[[str], Tally | None]
    civil: Civil
    as_of_ms: int
    windows: Windows
    recounted: bool = False


@dataclass(frozen=True, slots=True)
class LessOwed:
    """An expected slot without a play, in a pause (`off`); or one not fulfilled and `excused`."""

    tenure: Tenure
    slot: ExpectedSlot
    off: bool
    excused: bool


class OwedLess:
    """Looks at one screen's windows."""

    def __init__(self, tx: Tx, screen: int, tenures: Sequence[Tenure], around: Around) -> None:
        self._tx = tx
        self._screen = screen
        self._tenures = tenures
        self._around = around
        self._off = around.windows.off.get(screen, ())
        self._excused = around.windows.excused.get(screen, ())
        self._known = -1
        self._hour: SlotStates = {}

    def slots(self, from_ms: int, until_ms: int, cut_ms: int) -> Iterator[LessOwed]:
        """The slots that start in [from, until) and end by the cut, each once."""
        seen: set[SlotKey] = set()
        for window in (*self._off, *self._excused):
            for tenure, key, slot in self._met(window, from_ms, until_ms, cut_ms):
                if key not in seen:
                    seen.add(key)
                    yield from self._judged(tenure, key, slot)

    def _met(
        self, window: Window, from_ms: int, until_ms: int, cut_ms: int
    ) -> Iterator[tuple[Tenure, SlotKey, ExpectedSlot]]:
        """The expected slots that a window overlaps."""
        for tenure in self._tenures:
            plan = self._around.plan_of(tenure.manifest)
            if plan is None:
                continue
            low_ms = max(tenure.from_ms, window.from_ms - plan.longest_ms, from_ms)
            end_ms = cut_ms if tenure.until_ms is None else min(cut_ms, tenure.until_ms)
            high_ms = min(window.until_ms + plan.longest_ms, until_ms + plan.longest_ms, end_ms)
            for slot in expected_slots(plan.manifest, low_ms, high_ms):
                end = slot.start_ms + slot.duration_ms
                if slot.start_ms < until_ms and window.meets(slot.start_ms, end):
                    yield tenure, (tenure.manifest, slot.segment, slot.cycle, slot.slot), slot

    def _judged(self, tenure: Tenure, key: SlotKey, slot: ExpectedSlot) -> Iterator[LessOwed]:
        state = self._states(slot).get(key)
        end_ms = slot.start_ms + slot.duration_ms
        off = state is None and any(one.meets(slot.start_ms, end_ms) for one in self._off)
        exempted = any(one.meets(slot.start_ms, end_ms) for one in self._excused)
        excused = exempted and (state is None or state.rank not in FULFILLED)
        if off or excused:
            yield LessOwed(tenure, slot, off, excused)

    def _states(self, slot: ExpectedSlot) -> SlotStates:
        """What became of the slots around this one; read an hour at a time."""
        hour_ms = slot.start_ms // HOUR_MS * HOUR_MS
        if self._known != hour_ms:
            self._known = hour_ms
            self._hour = states_between(
                self._tx,
                self._screen,
                self._tenures,
                self._around.plan_of,
                hour_ms,
                hour_ms + HOUR_MS,
            )
        return self._hour
