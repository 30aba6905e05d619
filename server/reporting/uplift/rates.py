"""Plays an hour before a campaign and since, on the same screens."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

import msgspec

from playlists.windows import HOUR_MS

Place = tuple[int, int]
"""A screen at a venue."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Confirmed plays over the open time of some screens together."""

    plays: int = 0
    open_ms: int = 0
    screens: int = 0

    def plus(self, other: "Rate") -> "Rate":
        """The rate of two disjoint sets of screens."""
        plays, open_ms = self.plays + other.plays, self.open_ms + other.open_ms
        return Rate(plays, open_ms, self.screens + other.screens)

    @property
    def per_hour(self) -> float | None:
        """Plays an open hour of one screen; None if none was measured, which is not 0."""
        return self.plays * HOUR_MS / self.open_ms if self.open_ms else None


class Sum(msgspec.Struct, gc=False):
    """One screen's plays in its open time: of all publicity, and of the campaign."""

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
        """The rate since ÷ the rate before; None if nothing was measured or shown before."""
        return ratio(self.since.per_hour, self.before.per_hour)


def change(before: Sums, since: Sums) -> Change:
    """Compare the screens that have both; one without open time was not measured."""
    have = {place: one for place, one in since.items() if one.open_ms}
    compared = [place for place in have if place in before and before[place].open_ms]
    everywhere = _rate(have.values())
    return Change(
        _rate([before[place] for place in compared]),
        _rate([have[place] for place in compared]),
        everywhere,
        replace(everywhere, plays=sum([one.own for one in have.values()])),
    )


def added_up(parts: Iterable[Change]) -> Change:
    """The overall change, summed from those of groups of screens."""
    whole = Change()
    for one in parts:
        whole = Change(
            whole.before.plus(one.before),
            whole.since.plus(one.since),
            whole.everywhere.plus(one.everywhere),
            whole.own.plus(one.own),
        )
    return whole


def ratio(since: float | None, before: float | None) -> float | None:
    """None if one is missing, or there was nothing to rise from."""
    return since / before if since is not None and before else None


def _rate(sums: Collection[Sum]) -> Rate:
    return Rate(sum([one.plays for one in sums]), sum([one.open_ms for one in sums]), len(sums))
