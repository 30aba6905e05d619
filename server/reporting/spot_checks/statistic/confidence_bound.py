"""The upper confidence bound of the share of bad screen-time, from random checks."""

import math
from typing import Final

CONFIDENCE: Final = 0.95
# Bisections of [0, 1]: the remaining interval is below the precision of a float.
STEPS: Final = 60


def upper_bound(bad: int, checks: int) -> float | None:
    """The one-sided upper bound of the bad share (0 to 1); None without checks.

    Exact, by Clopper and Pearson (Biometrika 26, 1934, 404-413): the share p at which so few bad
    ones as were seen, or fewer, would be drawn with probability 1 - CONFIDENCE. Without a bad one
    that is 1 - (1 - CONFIDENCE)^(1/checks): 60 checks give 4.87 %.
    """
    if not 0 <= bad <= checks:
        raise ValueError(bad, checks)
    if checks == 0:
        return None
    if bad == checks:
        return 1.0
    low, high = bad / checks, 1.0
    for _ in range(STEPS):
        share = (low + high) / 2
        if at_most(bad, checks, share) > 1 - CONFIDENCE:
            low = share
        else:
            high = share
    return high


def at_most(bad: int, checks: int, share: float) -> float:
    """The probability of at most so many bad ones, if so large a share is bad."""
    if share <= 0:
        return 1.0
    if share >= 1:
        return 1.0 if bad >= checks else 0.0
    return min(1.0, math.fsum(_exactly(one, checks, share) for one in range(bad + 1)))


def _exactly(bad: int, checks: int, share: float) -> float:
    ways = math.lgamma(checks + 1) - math.lgamma(bad + 1) - math.lgamma(checks - bad + 1)
    return math.exp(ways + bad * math.log(share) + (checks - bad) * math.log1p(-share))
