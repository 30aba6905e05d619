"""The loop under work: an order of plays and where each of them starts."""

from collections.abc import Sequence

NOBODY = -1
"""No play: it lasts 0 ms and is of no track."""


class Timeline:
    """Plays are numbers that stay theirs; `order` and `starts` go by position, the rest by play."""

    __slots__ = ("durations", "order", "period_ms", "positions", "starts")

    def __init__(self, durations: Sequence[int]) -> None:
        self.durations = [*durations, 0]
        self.order = list(range(len(durations)))
        self.positions = list(self.order)
        self.starts = [0] * len(durations)
        self.period_ms = sum(durations)
        self.write(0, self.order)

    def rotate(self, by: int) -> None:
        """Begin the loop `by` plays later."""
        self.write(0, self.order[by:] + self.order[:by])

    def write(self, low: int, plays: Sequence[int]) -> None:
        """Put the plays at positions from `low`; together they last as long as those there."""
        order, starts, positions, durations = (
            self.order,
            self.starts,
            self.positions,
            self.durations,
        )
        at_ms = starts[low]
        for position, play in enumerate(plays, low):
            order[position] = play
            starts[position] = at_ms
            positions[play] = position
            at_ms += durations[play]
