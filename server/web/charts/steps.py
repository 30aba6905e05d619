"""Many points as one path in steps, for a drawing 1000 wide and 100 high that takes any size."""

from collections.abc import Sequence
from typing import Final

WIDE: Final = 1000
HIGH: Final = 100
HOUR_S: Final = 3600


def steps(at_s: Sequence[int], values: Sequence[float], top: float) -> str:
    """The `d` of a path along hours that begin at these seconds; a gap where one is left out."""
    if not at_s:
        return ""
    begin, length = at_s[0], at_s[-1] + HOUR_S - at_s[0]
    found, end = [], -1
    for at, value in zip(at_s, values, strict=True):
        x, after = ((one - begin) * WIDE / length for one in (at, at + HOUR_S))
        y = HIGH - min(max(value / top, 0), 1) * HIGH
        found.append(f"{'V' if at == end else f'M{x:.1f} '}{y:.1f}H{after:.1f}")
        end = at + HOUR_S
    return "".join(found)
