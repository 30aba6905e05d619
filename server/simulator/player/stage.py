"""A virtual player's display: advances through due content and records it.

Nothing is drawn, so a step may cover any length of time: each picture begins and ends at its own
instant, whenever the step is made.
"""

from collections.abc import Callable

from playlists.wire.model import Asset
from server.simulator.player.clock import Clock
from server.simulator.player.due import NEVER, Item, Situation, due_at, fallback_of
from server.simulator.player.playlog import PlayLog, records_of

Trouble = Callable[[int], tuple[float, str | None]]
"""By the sequence number of a play: the fraction really shown, and the error, if any."""


def no_trouble(_seq: int) -> tuple[float, str | None]:
    """Everything is shown as planned."""
    return 1.0, None


class Stage:
    """The current content with its begin and end."""

    def __init__(self, clock: Clock, log: PlayLog, trouble: Trouble = no_trouble) -> None:
        self._clock = clock
        self._log = log
        self._trouble = trouble
        self._at_mono = clock.time.mono_ms()
        self._at_ms = 0
        self.item: Item | None = None
        self.asset: Asset | None = None
        self.plays = 0

    def advance(self, situation: Situation) -> float:
        """Display everything due until now; returns the ms until the next call."""
        offset_ms = self._clock.offset_ms()
        now_ms, at_ms = self._span(offset_ms)
        while True:
            item = due_at(situation, at_ms)
            if self.item is None or item.key != self.item.key:
                self._change(item, situation, at_ms, offset_ms)
            until_ms = item.until_ms
            if until_ms > now_ms:
                break
            if until_ms >= item.end_ms:
                self._end(until_ms - offset_ms)
            at_ms = until_ms
        self._at_mono, self._at_ms = now_ms - offset_ms, now_ms
        return float(min(until_ms, NEVER) - now_ms)

    def _span(self, offset_ms: float) -> tuple[int, int]:
        """Now, and the end of the part already displayed; that moves back only by clock steps."""
        now_ms = int(self._clock.time.mono_ms() + offset_ms)
        at_ms = min(int(self._at_mono + offset_ms), now_ms)
        if now_ms < self._at_ms - 1:
            return now_ms, at_ms
        return max(now_ms, self._at_ms), max(at_ms, self._at_ms)

    def cut(self) -> None:
        """Cut the power."""
        self._log.cut(self._clock.time.mono_ms())

    def _change(self, item: Item, situation: Situation, at_ms: int, offset_ms: float) -> None:
        at_mono = at_ms - offset_ms
        self._end(at_mono)
        plan = situation.plan_at(at_ms)
        stand_in = None
        if item.error is not None and plan is not None:
            stand_in = fallback_of(plan.manifest, situation.revoked)
        self._log.begin(records_of(item, stand_in, at_ms), at_mono)
        self.item = item
        self.asset = stand_in if item.error is not None else item.asset

    def _end(self, at_mono: float) -> None:
        play = self._log.open
        if play is None:
            return
        share, error = self._trouble(play.seq) if play.manifest is not None else (1.0, None)
        self._log.end(at_mono, share, error)
        self.plays += 1
