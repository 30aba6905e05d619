"""Classifies heartbeats: fine, impaired, or off duty."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import msgspec

WINDOW_S: Final = 300
"""Plays are counted in windows of this length (s); the current and the previous one count."""
FEWEST_FAILED: Final = 2
FAILED_PCT: Final = 10
"""Default threshold of impaired: more than this share of plays failed, per cent."""
PLAYS_A_BEAT: Final = 2
"""Plays assumed per heartbeat if it doesn't contain the loop's progress."""
MOST_PLAYS: Final = 1_000
MOST_LOOPS: Final = 20_000
OFF_STATES: Final = frozenset({"pairing", "preparing", "off_hours"})

Place = tuple[str, int, int, int]
"""The player's position in its plan: manifest, segment, cycle, slot."""


class Kind(IntEnum):
    """The stored kind of a heartbeat."""

    FINE = 0
    IMPAIRED = 1
    OFF = 2


class BeatSample(msgspec.Struct, frozen=True, gc=False):
    """The fields of a heartbeat used here; `failed`: plays that failed since the last one."""

    screen: int
    at_s: int
    state: str
    visible: bool | None = None
    failed: int = 0
    place: Place | None = None


@dataclass(slots=True)
class _Count:
    """Plays of a screen in the current and the previous window."""

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
    """Classifies heartbeats; keeps a few numbers per screen and the observed length of each loop.

    Off: the player reports pairing, preparing, or off hours. Impaired: it reports being stalled or
    invisible, or more than a tenth of the plays of the last five to ten minutes (`failed_pct`, and
    at least two) failed. Fine: everything else.
    """

    failed_pct: int = FAILED_PCT
    _counts: dict[int, _Count] = field(default_factory=dict)
    _last_slots: dict[tuple[str, int], int] = field(default_factory=dict)

    def of(self, sign: BeatSample) -> Kind:
        """The kind of a heartbeat."""
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
        """Reset a screen: another player was bound, or none is any more."""
        self._counts.pop(screen, None)

    def _passed(self, before: Place | None, now: Place | None) -> int:
        """Number of slots that began between two heartbeats."""
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
