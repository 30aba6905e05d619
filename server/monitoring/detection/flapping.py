"""Whether a link comes and goes: how often it changed over the last 21 samples.

A sample a minute says whether the screen was up then; what nobody can know (off hours, our own
outage) repeats the sample before. As delivered it begins at 30 % changes (6 of 20) and ends below
15 % (2), so that it neither begins nor ends twice on the same border.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from playlists.windows import Span
from server.inventory.district.alert_thresholds import AlertRules
from server.monitoring.incidents.status import holds

SAMPLES: Final = 21
STEP_S: Final = 60
MEMORY_S: Final = (SAMPLES - 1) * STEP_S


def samples(
    runs: Sequence[Span], grace_s: int, known: Sequence[Span], now_s: int
) -> list[bool | None]:
    """Up or not at each sample, the oldest first; None outside of `known`.

    `runs` are [first beat, last beat] of unbroken contact.
    """
    instants = range(now_s - MEMORY_S, now_s + 1, STEP_S)
    return [
        any(low <= at_s < last + grace_s for low, last in runs) if holds(known, at_s) else None
        for at_s in instants
    ]


def changed_share(found: Sequence[bool | None]) -> float:
    """Changes from a sample to the next, as a share of all steps."""
    clear = [one for one in found if one is not None]
    return sum(before != after for before, after in pairwise(clear)) / (SAMPLES - 1)


def flaps(share: float, alerts: AlertRules, *, before: bool) -> bool:
    """Whether it flaps now, given whether it did."""
    return round(100 * share, 6) >= (
        alerts.flapping_ends_pct if before else alerts.flapping_begins_pct
    )


def least_runs(alerts: AlertRules) -> int:
    """How many runs of beats must have begun for a screen to flap: six changes need three."""
    changes = -(-(SAMPLES - 1) * alerts.flapping_begins_pct // 100)
    return max(1, changes // 2)
