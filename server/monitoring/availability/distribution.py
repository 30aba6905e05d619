"""Distribution of screens around a group's figure: a mean hides the dead ones."""

from collections.abc import Iterable
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from server.monitoring.availability.calculator import per_cent
from server.monitoring.availability.rates import Rate, meets_target

Member = tuple[int, int]
"""A screen's monitored and up seconds."""


class Spread(NamedTuple):
    """Shares and percentiles in per cent to two decimals; None where nothing was monitored."""

    meets_target_pct: float | None
    median_pct: float | None
    p10_pct: float | None


def steps_of(member: Member) -> int:
    """A screen's share of up time in half hundredths of a per cent, rounded down.

    `spread` rounds the same share to hundredths half up: (steps + 1) // 2.
    """
    monitored, up = member
    return 20_000 * up // monitored


def spread(members: Iterable[Member], target_pct: Fraction) -> Spread:
    """Over monitored screens: the share that meets the target, the median, the 10th percentile.

    The target is compared to the exact figure. The 10th percentile is the value at rank ceil(n /
    10) from below; the median of an even number is the mean of the two middle values, half up.
    """
    watched = [(monitored, up) for monitored, up in members if monitored]
    if not watched:
        return Spread(None, None, None)
    met = sum(meets_target(Rate(up, monitored), target_pct) for monitored, up in watched)
    values = sorted((20_000 * up + monitored) // (2 * monitored) for monitored, up in watched)
    count = len(values)
    twice = values[(count - 1) // 2] + values[count // 2]
    return Spread(per_cent(met, count), (twice + 1) // 2 / 100, values[ceil(count / 10) - 1] / 100)


def spread_of_one(monitored: int, up: int, target_pct: Fraction) -> Spread:
    """The same for one screen, called for thousands of rows."""
    if not monitored:
        return Spread(None, None, None)
    value = (20_000 * up + monitored) // (2 * monitored) / 100
    meets = meets_target(Rate(up, monitored), target_pct)
    return Spread(100.0 if meets else 0.0, value, value)
