"""What the server's processes and the pages hold, from minute to minute, and how fast it grows."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

MIB = 1024 * 1024
LARGE = 10_000
FEWEST = 5
"""Fewer samples make no line."""


@dataclass(frozen=True)
class Sample:
    """One sample of a process (`server`, `page 1`) in its nth life, at so many s.

    `facts` by name.
    """

    who: str
    life: int
    at_s: float
    facts: dict[str, float]


@dataclass
class Samples:
    """All of a run; a life is judged from its warm-up's end."""

    warm_up_s: float
    began_s: dict[tuple[str, int], float] = field(default_factory=dict)
    rows: list[Sample] = field(default_factory=list)

    def begin(self, who: str, life: int, at_s: float) -> None:
        """A life begins."""
        self.began_s[(who, life)] = at_s

    def note(self, who: str, life: int, at_s: float, facts: dict[str, float]) -> None:
        """Add a sample."""
        self.rows.append(Sample(who, life, at_s, facts))

    def of(self, who: str) -> int:
        """The number of samples of a process."""
        return sum(one.who == who for one in self.rows)

    def longest(self, who: str) -> list[Sample]:
        """After its warm-up, the life with the most samples."""
        lives: dict[int, list[Sample]] = {}
        for one in self.rows:
            if one.who == who and one.at_s >= self.began_s[(who, one.life)] + self.warm_up_s:
                lives.setdefault(one.life, []).append(one)
        return max(lives.values(), key=len, default=[])

    def keep_what_lasts(self, who: str, total: str) -> list[str]:
        """Sum up as `total` the facts in each sample of that life: their names, the largest first.

        Temporary ones, such as a child for a picture, aren't part of it.
        """
        rows = self.longest(who)
        names = set.intersection(*(set(one.facts) for one in rows)) if rows else set()
        for one in rows:
            one.facts[total] = sum(one.facts[name] for name in names)
        return sorted(names, key=lambda name: -rows[-1].facts[name])

    def growth(self, who: str, name: str) -> "Growth | None":
        """The growth of a fact in that life; None with too few samples."""
        rows = [one for one in self.longest(who) if name in one.facts]
        if len(rows) < FEWEST:
            return None
        return Growth.of([one.at_s for one in rows], [one.facts[name] for one in rows])

    def table(self) -> list[dict[str, Any]]:
        """For a file."""
        return [
            {"who": one.who, "life": one.life, "at_s": round(one.at_s), **one.facts}
            for one in self.rows
        ]


@dataclass(frozen=True)
class Growth:
    """Of so many samples: the first, the most and the last, and the slope of the line an hour."""

    samples: int
    minutes: float
    first: float
    most: float
    last: float
    an_hour: float
    later: float
    """By how much the most of the last third goes beyond the most of the first."""

    @classmethod
    def of(cls, at_s: Sequence[float], values: Sequence[float]) -> "Growth":
        """By least squares."""
        slope = statistics.linear_regression(at_s, values).slope
        third = len(values) // 3
        later = max(values[-third:]) - max(values[:third])
        minutes = (at_s[-1] - at_s[0]) / 60
        return cls(len(values), minutes, values[0], max(values), values[-1], slope * 3600, later)

    def words(self) -> str:
        """For people; large numbers are bytes."""
        if self.most > LARGE:
            values = [f"{one / MIB:.2f}" for one in (self.first, self.last, self.most)]
            unit, an_hour = "MiB", f"{self.an_hour:+,.0f} bytes"
        else:
            values = [f"{one:.0f}" for one in (self.first, self.last, self.most)]
            unit, an_hour = "", f"{self.an_hour:+.1f}"
        return (
            f"{self.samples} looks in {self.minutes:.0f} min: {values[0]} to {values[1]} {unit}, "
            f"{values[2]} at most, {an_hour} an hour"
        )
