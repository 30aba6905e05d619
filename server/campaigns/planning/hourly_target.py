"""The requested plays of a campaign per hour, as the planner computes them: for figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from playlists.demand.orders import Boost, CampaignOrder, OrderAsset, Target
from playlists.demand.targets import exact, factor_at, hourly_frequency
from playlists.errors import InvalidRequest
from playlists.windows import HOUR_MS
from server.campaigns.models import CampaignVersion
from server.foundation.public_ids import public


@dataclass(frozen=True, slots=True)
class HourlyTarget:
    """Target and minimum of plays an hour; `longest_ms`: longest gap from start to start.

    None: no such target.
    """

    plays: Fraction | None = None
    floor: Fraction | None = None
    longest_ms: int | None = None


def target_at(
    version: CampaignVersion, boosts: Sequence[Boost], day_ms: int, at_ms: int
) -> HourlyTarget:
    """The target of a campaign's content at an instant.

    `day_ms`: the time in which the campaign may run on that day. Without any, and for filler, there
    is no target.
    """
    floor = exact(version.floor) if version.floor else None
    factor = factor_at(boosts, at_ms)
    value = exact(version.target_value or 0)
    if day_ms <= 0 or version.target_kind == "filler":
        return HourlyTarget(floor=floor if day_ms > 0 else None)
    if version.target_kind == "longest_wait_s":
        longest_ms = int(value * 1000 / factor)
        return HourlyTarget(Fraction(HOUR_MS, max(longest_ms, 1)), floor, longest_ms)
    return HourlyTarget(_plays(version, value, day_ms, factor), floor)


def _plays(
    version: CampaignVersion, value: Fraction, day_ms: int, factor: Fraction
) -> Fraction | None:
    if version.target_kind == "plays_per_day":
        return value * HOUR_MS / day_ms * factor
    if version.target_kind == "total_plays":
        return None if version.pace is None else exact(version.pace) * factor
    if version.target_kind == "share_of_voice":
        return _plays_of_share(version, day_ms, factor)
    return value * factor


def _plays_of_share(version: CampaignVersion, day_ms: int, factor: Fraction) -> Fraction | None:
    """The number of plays whose airtime is that share of an hour."""
    turns = tuple(OrderAsset("", item["duration_ms"], item["kind"]) for item in version.items)
    target = Target(version.target_kind, version.target_value)
    order = CampaignOrder(public("campaign", version.campaign_id), turns, target)
    try:
        return Fraction(hourly_frequency(order, day_ms, factor).plays) if turns else None
    except InvalidRequest:
        return None
