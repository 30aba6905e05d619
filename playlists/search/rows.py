"""The input of spreading plays around a loop: rows of equal plays, each to be evenly spaced."""

from dataclasses import dataclass

Token = tuple[int, int]
"""One play to be placed: the row's index and which of the row's durations it has."""


@dataclass(frozen=True, slots=True)
class Row:
    """`plays` plays that take turns through `durations_ms`.

    Rows with the same `campaign` (>= 0) are spread as a whole too. A row that isn't `counted`
    (filler) may be anywhere; `may_repeat` is for pieces that may follow each other.
    """

    plays: int
    durations_ms: tuple[int, ...]
    campaign: int = -1
    counted: bool = True
    may_repeat: bool = False
    min_gap_ms: int | None = None
    max_gap_ms: int | None = None

    def airtime_ms(self, plays: int) -> int:
        """The length of that many plays, beginning with the first turn."""
        rounds, rest = divmod(plays, len(self.durations_ms))
        return rounds * sum(self.durations_ms) + sum(self.durations_ms[:rest])
