"""Detects flapping links: the share of changes over the last 21 samples.

One sample a minute: whether the screen was up. Times that can't be judged (off hours, server
outages) repeat the previous sample. By default flapping begins at 30 % changes (6 of 20) and ends
below 15 % (2), a hysteresis against repeated begin and end.
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
    runs: Sequence[Span], grace_s: int, judgeable: Sequence[Span], now_s: int
) -> list[bool | None]:
    """Up or down at each sample, oldest first; None outside `judgeable`.

    `runs`: [first heartbeat, last heartbeat] of uninterrupted contact.
    """
    instants = range(now_s - MEMORY_S, now_s + 1, STEP_S)
    return [
        any(low <= at_s < last + grace_s for low, last in runs) if holds(judgeable, at_s) else None
        for at_s in instants
    ]


def changed_share(found: Sequence[bool | None]) -> float:
    """Number of changes between samples, as a share of all steps."""
    clear = [one for one in found if one is not None]
    return sum(before != after for before, after in pairwise(clear)) / (SAMPLES - 1)


def flaps(share: float, alerts: AlertRules, *, before: bool) -> bool:
    """Whether it is flapping now, given whether it was before."""
    return round(100 * share, 6) >= (
        alerts.flapping_ends_pct if before else alerts.flapping_begins_pct
    )


def least_runs(alerts: AlertRules) -> int:
    """The fewest runs of heartbeats with which a screen can flap: six changes need three."""
    changes = -(-(SAMPLES - 1) * alerts.flapping_begins_pct // 100)
    return max(1, changes // 2)
