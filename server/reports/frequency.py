"""Plays an hour before a campaign and since, on the same screens."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from playlists.windows import HOUR_MS

Place = tuple[int, int]
"""A screen at a venue."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Confirmed plays over the open time of some screens together."""

    plays: int = 0
    open_ms: int = 0
    screens: int = 0

    @property
    def per_hour(self) -> float | None:
        """Plays an open hour of one screen; None if none was measured, which is not 0."""
        return self.plays * HOUR_MS / self.open_ms if self.open_ms else None


@dataclass(slots=True)
class Sum:
    """What one screen showed in its open time: of publicity, and of the campaign itself."""

    plays: int = 0
    own: int = 0
    open_ms: int = 0


Sums = Mapping[Place, Sum]


@dataclass(frozen=True)
class Change:
    """`before` and `since` rest on the same screens, `everywhere` and `own` on all that had it.

    All are of publicity, `own` of the campaign alone.
    """

    before: Rate = field(default_factory=Rate)
    since: Rate = field(default_factory=Rate)
    everywhere: Rate = field(default_factory=Rate)
    own: Rate = field(default_factory=Rate)

    @property
    def uplift(self) -> float | None:
        """How many times as often as before; None if nothing was measured or shown before."""
        return ratio(self.since.per_hour, self.before.per_hour)


def change(before: Sums, since: Sums) -> Change:
    """Compare the screens that have both; one without open time was not measured."""
    had = {place for place, one in before.items() if one.open_ms}
    have = {place for place, one in since.items() if one.open_ms}
    return Change(
        _rate(before[place] for place in had & have),
        _rate(since[place] for place in had & have),
        _rate(since[place] for place in have),
        _own(since[place] for place in have),
    )


def ratio(since: float | None, before: float | None) -> float | None:
    """None if one is missing, or there was nothing to rise from."""
    return since / before if since is not None and before else None


def _rate(sums: Iterable[Sum]) -> Rate:
    found = list(sums)
    return Rate(sum(one.plays for one in found), sum(one.open_ms for one in found), len(found))


def _own(sums: Iterable[Sum]) -> Rate:
    found = list(sums)
    return Rate(sum(one.own for one in found), sum(one.open_ms for one in found), len(found))
