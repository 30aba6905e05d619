"""The state of a screen now, from its last contact, its hours and our own outages. Pure."""

from dataclasses import dataclass
from typing import Final, Literal

State = Literal[
    "offline",
    "out_of_coverage",
    "impaired",
    "late",
    "unknown",
    "never_seen",
    "online",
    "excused",
    "off_hours",
]
STATES: Final[tuple[State, ...]] = (
    "offline",
    "never_seen",
    "impaired",
    "out_of_coverage",
    "late",
    "unknown",
    "online",
    "excused",
    "off_hours",
)
"""Worst first."""
DARK: Final[frozenset[State]] = frozenset({"offline", "never_seen", "out_of_coverage"})
LATE_S: Final = 75
"""Two and a half beats."""
IMPAIRED: Final = 1


@dataclass(frozen=True, slots=True)
class Now:
    """What a screen's state follows from; instants in whole seconds.

    `last_s`: its last beat, None if it was never heard; `kind` what that said. `back_s`: when the
    server itself came back last, `away_s` since when it had been away.
    """

    now_s: int
    back_s: int
    grace_s: int
    operating: bool
    excused: bool
    moves: bool
    last_s: int | None = None
    kind: int = 0
    away_s: int = 0


def state_of(seen: Now) -> State:
    """The state; what is off hours or excused is not blamed, nor what only our outage hides."""
    if not seen.operating:
        return "off_hours"
    if seen.excused:
        return "excused"
    if seen.last_s is None:
        return "never_seen"
    if seen.now_s - seen.last_s <= LATE_S:
        return "impaired" if seen.kind == IMPAIRED else "online"
    return _silent(seen, seen.last_s)


def _silent(seen: Now, last_s: int) -> State:
    if seen.now_s - last_s < seen.grace_s:
        return "out_of_coverage" if seen.moves else "late"
    # Every screen has one grace after we came back, unless it was gone before we were.
    was_heard = last_s + seen.grace_s > seen.away_s
    if was_heard and last_s < seen.back_s and seen.now_s - seen.back_s < seen.grace_s:
        return "unknown"
    return "offline"
