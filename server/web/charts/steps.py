"""Many points as one path in steps, for a drawing 1000 wide and 100 high that takes any size."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final, NamedTuple

WIDE: Final = 1000
HIGH: Final = 100
HOUR_S: Final = 3600


class _Step(NamedTuple):
    """One hour of a path: whether a gap precedes it, and its places in the drawing."""

    is_first: bool
    x: float
    y: float
    after: float


def steps(at_s: Sequence[int], values: Sequence[float], top: float) -> str:
    """The `d` of a path along hours that begin at these seconds; a gap where one is left out."""
    return "".join(
        f"{f'M{one.x:.1f} ' if one.is_first else 'V'}{one.y:.1f}H{one.after:.1f}"
        for one in _steps(at_s, values, top)
    )


def area(at_s: Sequence[int], values: Sequence[float], top: float) -> str:
    """The `d` of the area between these steps and zero, closed before each gap."""
    found = list(_steps(at_s, values, top))
    parts = []
    for one, following in zip_longest(found, found[1:]):
        begin = f"M{one.x:.1f} {HIGH}" if one.is_first else ""
        end = f"V{HIGH}Z" if following is None or following.is_first else ""
        parts.append(f"{begin}V{one.y:.1f}H{one.after:.1f}{end}")
    return "".join(parts)


def _steps(at_s: Sequence[int], values: Sequence[float], top: float) -> Iterator[_Step]:
    if not at_s:
        return
    begin, length, end = at_s[0], at_s[-1] + HOUR_S - at_s[0], -1
    for at, value in zip(at_s, values, strict=True):
        x, after = ((one - begin) * WIDE / length for one in (at, at + HOUR_S))
        yield _Step(at != end, x, HIGH - min(max(value / top, 0), 1) * HIGH, after)
        end = at + HOUR_S
