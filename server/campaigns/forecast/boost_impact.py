"""A campaign's boosts ahead: how often it comes in an hour of each, and who gives way then."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from playlists.demand.hours import HourDemand
from playlists.demand.orders import Boost
from playlists.demand.request import GaveWay
from playlists.demand.targets import factor_at
from playlists.windows import HOUR_MS, Span
from server.campaigns.forecast.saturation import (
    Group,
    admitted,
    days_ahead,
    fullness_of,
    surveyed,
)
from server.campaigns.planning.orders import Entry
from server.foundation.rest.resources import iso


@dataclass(frozen=True)
class BoostedHour:
    """The fullest hour of a boost: its factor, with overlapping boosts."""

    boost: Boost
    factor: float
    plays_per_hour: int
    gave_way: tuple[GaveWay, ...]

    def as_json(self, group: Group) -> dict[str, Any]:
        """The form in `/check`, without those that give way."""
        zone = group.venue.zone()
        return {
            "factor": self.factor,
            "from": iso(self.boost.from_ms, zone),
            "until": iso(self.boost.until_ms, zone),
            "plays_per_hour": self.plays_per_hour,
        }


def boosted_hours(group: Group, about: Entry, from_ms: int) -> list[BoostedHour]:
    """The boosts in force or beginning in the examined days, in order of their begin."""
    found = []
    starts_ms, ends_ms = days_ahead(group, about, from_ms)
    for boost in sorted(about.boosts, key=lambda one: one.from_ms):
        low, high = max(boost.from_ms, starts_ms), min(boost.until_ms, ends_ms)
        factor = factor_at(about.boosts, low)
        hours = _demands(group, about, factor, (low, high)) if low < high else ()
        demand = max(hours, key=lambda hour: fullness_of(hour.request), default=None)
        if demand is not None:
            plays, gave_way = admitted(demand.request, about.name)
            per_hour = HOUR_MS / (demand.request.period_ms or HOUR_MS)
            found.append(BoostedHour(boost, float(factor), round(plays * per_hour), gave_way))
    return found


def _demands(group: Group, about: Entry, factor: Fraction, window: Span) -> Iterator[HourDemand]:
    """The demand in hours in which the campaign is boosted by that factor."""
    for demand, active, _day in surveyed(group, about, window):
        mine = (one.boost for one in active if group.orders[one.order].id == about.name)
        if factor in mine:
            yield demand
