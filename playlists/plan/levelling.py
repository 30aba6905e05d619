"""The same plays in every hour, also where assets take turns over the hours."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from playlists.demand.hours import Hour, HourDemand
from playlists.plan.built_loops import Built
from playlists.windows import HOUR_MS

MOST_TRIES = 4


def levelled(hour: Hour, built: Callable[[HourDemand], Built]) -> Hour:
    """The hour with a number of plays that every one of its variations has.

    A loop gets more plays than requested where its order doesn't keep a longest wait; the number
    depends on the rest of the loop. So where loops differ from hour to hour the densest decides for
    all of them, at any start of a plan. Admission decides which items give way.
    """
    for _ in range(MOST_TRIES):
        more = _unequal(hour, built)
        if not more:
            break
        raised = [
            (order, replace(frequency, plays=more.get(order.id, frequency.plays)))
            for order, frequency in hour.campaigns
        ]
        hour = replace(hour, campaigns=tuple(raised))
    return hour


def _unequal(hour: Hour, built: Callable[[HourDemand], Built]) -> dict[str, int]:
    """The most plays an hour of each campaign whose plays differ between variations."""
    waiting = {order.id for order, frequency in hour.campaigns if frequency.max_gap_ms is not None}
    if not waiting or hour.variations() == 1:
        return {}
    counts = []
    for turn in range(hour.variations()):
        made = built(hour.demand(turn))
        waiting -= {row.item for row in made.gave_way}
        if made.refused or not waiting:
            return {}
        counts.append(_plays_per_hour(made))
    return {
        name: max(count[name] for count in counts)
        for name in waiting
        if len({count[name] for count in counts}) > 1
    }


def _plays_per_hour(made: Built) -> Counter[str | None]:
    parts = HOUR_MS // made.loop.period_ms
    counts: Counter[str | None] = Counter()
    for slot in made.loop.slots:
        counts[slot.campaign] += parts
    return counts
