"""Faults of a virtual player: episodes by true time, single or recurring; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Trouble = Literal["off", "offline", "crash", "clock", "spoil"]
FOREVER: Final = 2**53


@dataclass(frozen=True, slots=True)
class Episode:
    """A fault from `at_ms` for `for_ms`, repeated every `every_ms` if given.

    `off`: switched off. `offline`: no network. `crash`: power cut. `clock`: the wall clock is
    `amount` ms wrong. `spoil`: one play in `amount` fails.
    """

    trouble: Trouble
    at_ms: float
    for_ms: float = FOREVER
    every_ms: float | None = None
    amount: float = 0.0

    def is_on(self, now_ms: float) -> bool:
        """Whether it is active at an instant."""
        since_ms = now_ms - self.at_ms
        if since_ms < 0:
            return False
        if self.every_ms is not None:
            since_ms %= self.every_ms
        return since_ms < self.for_ms

    def next_change(self, now_ms: float) -> float:
        """Its next begin or end; FOREVER if there is none."""
        since_ms = now_ms - self.at_ms
        if since_ms < 0:
            return self.at_ms
        if self.every_ms is None:
            return self.at_ms + self.for_ms if since_ms < self.for_ms else float(FOREVER)
        begun_ms = now_ms - since_ms % self.every_ms
        end_ms = begun_ms + self.for_ms
        return end_ms if now_ms < end_ms else begun_ms + self.every_ms


def going_on(script: Iterable[Episode], now_ms: float) -> dict[Trouble, float]:
    """The active faults at an instant, with their amounts."""
    return {one.trouble: one.amount for one in script if one.is_on(now_ms)}


def next_change(script: Sequence[Episode], now_ms: float) -> float:
    """The next begin or end of any episode."""
    return min((one.next_change(now_ms) for one in script), default=float(FOREVER))
