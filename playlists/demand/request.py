"""The request of a loop and the built loop, with all times in ms."""

from dataclasses import dataclass

from playlists.spread.measures import Measures

USUAL_TIER = 3
LAST_TIER = 5


@dataclass(frozen=True, slots=True)
class Turn:
    """The content of one play of an item: an image (may be stretched a little) or a video."""

    duration_ms: int
    kind: str = "image"


@dataclass(frozen=True, slots=True)
class LoopItem:
    """One demand on a loop.

    `turns` are shown in order, one a play. `plays` None makes it filler for the rest; `floor` is
    the number of plays it never gives up. Gaps are measured from start to start.
    """

    id: str
    turns: tuple[Turn, ...]
    plays: int | None
    campaign: str | None = None
    role: str = "campaign"
    floor: int = 0
    tier: int | None = None
    min_gap_ms: int | None = None
    max_gap_ms: int | None = None

    def airtime_ms(self, plays: int) -> int:
        """The length of that many plays, beginning with the first turn."""
        rounds, rest = divmod(plays, len(self.turns))
        whole = sum(turn.duration_ms for turn in self.turns)
        return rounds * whole + sum(turn.duration_ms for turn in self.turns[:rest])

    def longest_ms(self) -> int:
        """The longest turn."""
        return max(turn.duration_ms for turn in self.turns)


@dataclass(frozen=True, slots=True)
class LoopRequest:
    """All demands on one loop; equal requests give equal loops, so it can be a cache's key.

    `period_ms` None is the sum of all plays, exactly. `own_ms` is what the venue keeps for its
    filler in any case. `quick` asks for the first good answer.
    """

    items: tuple[LoopItem, ...]
    period_ms: int | None = None
    own_ms: int = 0
    quick: bool = False


@dataclass(frozen=True, slots=True)
class LoopSlot:
    """One slot: item index and turn, or item None for time that nobody asked for."""

    item: int | None
    turn: int
    start_ms: int
    duration_ms: int


@dataclass(frozen=True, slots=True)
class GaveWay:
    """An item that got fewer plays than it asked for."""

    item: str
    asked: int
    given: int
    tier: int


@dataclass(frozen=True, slots=True)
class MissedGap:
    """A wanted gap (`min_gap` or `max_gap`) that no order found keeps: how far it came."""

    item: str
    kind: str
    wanted_ms: int
    reached_ms: int


@dataclass(frozen=True, slots=True)
class LoopResult:
    """A loop whose slots cover the period without gaps, and how good it is."""

    period_ms: int
    slots: tuple[LoopSlot, ...]
    measures: Measures
    gave_way: tuple[GaveWay, ...] = ()
    missed: tuple[MissedGap, ...] = ()
