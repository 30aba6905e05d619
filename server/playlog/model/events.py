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
    """Plays of a screen have become durable; the last of them ended at `until_ms`, give or take.

    Without a clock that isn't known: None. `plays` of them weren't held before; `put_aside` has the
    reason for each of these that was quarantined.
    """

    screen_id: int
    boot: str = ""
    until_ms: int | None = None
    unsure_ms: int = 0
    plays: int = 0
    put_aside: tuple[str, ...] = ()
