"""Events of plays, published after commit."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SeqReused:
    """A screen sent other content under a used sequence number, as a cloned disk would."""

    screen_id: int
    boot: str
    at_ms: int


@dataclass(frozen=True)
class PlaysTaken:
    """Plays of a screen have become durable; the last of them ended about `until_ms`.

    `until_ms` is None without a clock. `plays` counts those that were new; `put_aside` has a reason
    for each new play in quarantine.
    """

    screen_id: int
    boot: str = ""
    until_ms: int | None = None
    unsure_ms: int = 0
    plays: int = 0
    put_aside: tuple[str, ...] = ()
