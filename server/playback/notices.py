"""What plays made known, told after commit."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SeqReused:
    """A screen handed in other content under a number that it had used: maybe a cloned disk."""

    screen_id: int
    boot: str
    at_ms: int


@dataclass(frozen=True)
class PlaysTaken:
    """Plays of a screen have become durable."""

    screen_id: int
