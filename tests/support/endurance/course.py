"""How long a run is, of whom, and what happens when."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Course:
    """`faults` by the share of the time that is over; `slopes`: long enough to measure a slope."""

    length_s: float
    players: int
    boxes: int
    slot_s: int
    every_s: float
    faults: tuple[tuple[float, str], ...]
    slopes: bool = True

    @property
    def minute_s(self) -> float:
        """The equivalent of a minute of two hours."""
        return self.length_s / 120

    @property
    def still_s(self) -> float:
        """How long a fault lasts."""
        return max(4.0, min(40.0, 0.7 * self.minute_s))

    @property
    def warm_up_s(self) -> float:
        """Of a server and of a page, until they hold what they usually hold."""
        return self.length_s / 8


def long_course(hours: float) -> Course:
    """500 players and three browsers.

    Between its kills the server lives for more than three quarters, of which its memory is judged
    once it is warm. Memory for the ingest after a fault stays with the process, so each kind comes
    once before that: only further growth counts.
    """
    faults = (
        (10, "kill"), (14, "still"), (18, "locked"), (22, "browser"), (50, "still"),
        (60, "locked"), (72, "browser"), (84, "still"), (94, "locked"), (104, "kill"),
    )  # fmt: skip
    at = tuple((minute / 120, name) for minute, name in faults)
    return Course(hours * 3600, 500, 3, 10, min(60.0, hours * 30), at)


SHORT = Course(
    40.0, 60, 1, 2, 1.0,
    ((0.05, "still"), (0.25, "kill"), (0.6, "locked"), (0.75, "browser")),
    slopes=False,
)  # fmt: skip
