"""What a beat says of its screen beside being there: fine, impaired, or off on purpose."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import msgspec

WINDOW_S: Final = 300
"""Plays are counted by windows of this length; judged are the one at hand and the one before."""
FEWEST_FAILED: Final = 2
FAILED_PCT: Final = 10
"""Impaired is, as delivered, a screen of whose plays more than so many failed."""
PLAYS_A_BEAT: Final = 2
"""Reckoned where the beat doesn't tell how far the loop has gone on since the one before."""
MOST_PLAYS: Final = 1_000
MOST_LOOPS: Final = 20_000
OFF_STATES: Final = frozenset({"pairing", "preparing", "off_hours"})

Place = tuple[str, int, int, int]
"""Where the player is in its plan: manifest, segment, cycle, slot."""


class Kind(IntEnum):
    """How a beat is stored."""

    FINE = 0
    IMPAIRED = 1
    OFF = 2


class BeatSample(msgspec.Struct, frozen=True, gc=False):
    """A beat, as far as uptime reads it; `failed` counts plays that failed since the last one."""

    screen: int
    at_s: int
    state: str
    visible: bool | None = None
    failed: int = 0
    place: Place | None = None


@dataclass(slots=True)
class _Count:
    """Plays of a screen in the window at hand and in the one before."""

    window: int
    place: Place | None = None
    plays: int = 0
    failed: int = 0
    former_plays: int = 0
    former_failed: int = 0

    def turn_to(self, window: int) -> None:
        if window == self.window:
            return
        follows = window == self.window + 1
        self.former_plays = self.plays if follows else 0
        self.former_failed = self.failed if follows else 0
        self.plays = self.failed = 0
        self.window = window

    def is_bad(self, failed_pct: int) -> bool:
        failed = self.failed + self.former_failed
        plays = self.plays + self.former_plays
        return failed >= FEWEST_FAILED and 100 * failed > failed_pct * plays


@dataclass
class BeatClassifier:
    """Judges beats; a few numbers a screen are kept, and the length of each loop as far as seen.

    Off: the player says that it is pairing, preparing, or outside opening hours. Impaired: it
    says that it is stalled or that nothing is visible, or more than a tenth of the plays of the
    last five to ten minutes (`failed_pct`, and at least two) failed. Fine: all else.
    """

    failed_pct: int = FAILED_PCT
    _counts: dict[int, _Count] = field(default_factory=dict)
    _last_slots: dict[tuple[str, int], int] = field(default_factory=dict)

    def of(self, sign: BeatSample) -> Kind:
        """What a beat says."""
        count = self._counts.get(sign.screen)
        if count is None:
            count = self._counts[sign.screen] = _Count(sign.at_s // WINDOW_S)
        count.turn_to(sign.at_s // WINDOW_S)
        failed = min(sign.failed, MOST_PLAYS)
        count.failed += failed
        count.plays += max(failed, self._passed(count.place, sign.place))
        count.place = sign.place
        if sign.state in OFF_STATES:
            return Kind.OFF
        if sign.state == "stalled" or sign.visible is False or count.is_bad(self.failed_pct):
            return Kind.IMPAIRED
        return Kind.FINE

    def forget(self, screen: int) -> None:
        """Another player is bound, or none may be any more."""
        self._counts.pop(screen, None)

    def _passed(self, before: Place | None, now: Place | None) -> int:
        """How many slots began between two beats."""
        if now is None:
            return PLAYS_A_BEAT
        loop = now[:2]
        if len(self._last_slots) > MOST_LOOPS:
            self._last_slots.clear()
        last = self._last_slots[loop] = max(self._last_slots.get(loop, 0), now[3])
        if before is None or before[:2] != loop:
            return PLAYS_A_BEAT
        passed = (now[2] - before[2]) * (last + 1) + now[3] - before[3]
        return passed if 0 <= passed <= MOST_PLAYS else PLAYS_A_BEAT
