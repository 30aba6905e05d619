"""The progress of a total of plays, and the rate to go on at (docs/algorithms/pacing.md)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from playlists.demand.targets import exact, highest_rate, paced_rate, unreachable_plays
from playlists.windows import HOUR_MS

State = Literal["ahead", "on_pace", "behind", "at_risk"]
AHEAD = Fraction(105, 100)
BEHIND = Fraction(95, 100)


@dataclass(frozen=True, slots=True)
class GoalStatus:
    """A total over all its screens at an instant.

    `confirmed` are the plays that count, `awaited` those likely to be handed in still, `due` what
    should have come by now, all from the beginning. `open_ms` is for how long screens can still
    play, summed over them and weighted by boosts. `nominal`, `floor` and `cap` are plays per
    screen-hour: what it needed at its start, its least, and the most that a loop has room for.
    `spare` plays are planned on top.
    """

    total: int
    confirmed: int
    awaited: int
    due: Fraction
    open_ms: int
    nominal: Fraction
    floor: float = 0.0
    cap: Fraction | None = None
    spare: int = 0

    @property
    def remaining(self) -> int:
        """The plays that are still to be made."""
        return max(0, self.total - self.confirmed - self.awaited)


@dataclass(frozen=True, slots=True)
class Pace:
    """The rate to go on at and its maximum, in plays per screen-hour, and the state.

    `unreachable` plays can't be made by the end even at the maximum. `progress` is confirmed ÷ due
    plays; None before any was due.
    """

    rate: Fraction
    most: Fraction
    state: State
    unreachable: int
    progress: Fraction | None


def pace(status: GoalStatus) -> Pace:
    """Judge a total and work out its rate."""
    most = highest_rate(status.nominal, status.floor, status.cap)
    planned = status.remaining + (status.spare if status.remaining else 0)
    rate = paced_rate(planned, status.open_ms, status.nominal, status.floor, status.cap)
    lost = unreachable_plays(status.remaining, status.open_ms, most)
    come = status.confirmed + status.awaited
    progress = None if status.due <= 0 else come / status.due
    return Pace(rate, most, _state(lost, progress), lost, progress)


def share_cap(share: float, mean_ms: int, min_gap_s: float | None = None) -> Fraction:
    """The most plays an hour of that mean length in that share of a loop, kept apart by a gap."""
    most = exact(share) * HOUR_MS / mean_ms
    return most if min_gap_s is None else min(most, 3600 / exact(min_gap_s))


def _state(unreachable: int, progress: Fraction | None) -> State:
    if unreachable > 0:
        return "at_risk"
    if progress is None or BEHIND <= progress <= AHEAD:
        return "on_pace"
    return "ahead" if progress > AHEAD else "behind"
