"""Explanations of the content at an instant and of the other campaigns, as data."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from playlists.demand.orders import CampaignOrder
from playlists.demand.targets import factor_at, hourly_frequency
from playlists.plan.stretches import Active, Stretch, day_stretches
from playlists.windows import HOUR_MS, VenueHours, day_span, local_date
from playlists.wire.compliance import expected_slots
from playlists.wire.model import Manifest
from playlists.wire.seat import Seat, seat, segment_index


@dataclass(frozen=True, slots=True)
class Verdict:
    """One campaign at that instant.

    `state` is one of: "on" (its play is on), "waits" (in the loop, another play is on), "gave_way"
    (it runs, but the loop has none of its plays), "not_this_hour" (a pace of less than a play an
    hour, and this one has none), "not_begun", "ended" (its dates), "closed" (the
    venue), "outside_day_parts", "starter_waits" (there is something better than the starter pack).
    `facts` are what a sentence about it needs: dates as ISO 8601, instants in ms, plays per hour.
    """

    campaign: str
    state: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The content on air, whether the venue is open, and a verdict on each order, in order."""

    seat: Seat
    open: bool
    verdicts: tuple[Verdict, ...]

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "seat": self.seat.as_json(),
            "open": self.open,
            "campaigns": [
                {"campaign": verdict.campaign, "state": verdict.state, **verdict.facts}
                for verdict in self.verdicts
            ],
        }


def explain(
    manifest: Manifest, orders: Sequence[CampaignOrder], venue: VenueHours, at_ms: int
) -> Explanation:
    """Explain the instant `at_ms` of a manifest that was planned from these orders."""
    now = seat(manifest, at_ms)
    stretch = _stretch_at(orders, venue, at_ms)
    running = {active.order: active for active in stretch.active or ()}
    verdicts = []
    for index, order in enumerate(orders):
        state = _why_not_running(order, venue, at_ms, stretch)
        if index in running:
            state = _state_in_loop(manifest, now, order)
        facts = _facts(manifest, order, running.get(index), at_ms)
        verdicts.append(Verdict(order.id, state, facts))
    return Explanation(now, stretch.active is not None, tuple(verdicts))


def next_start(manifest: Manifest, campaign: str, at_ms: int) -> int | None:
    """When a campaign's next play begins after `at_ms`, None if this manifest has none."""
    if campaign not in manifest.campaigns:
        return None
    wanted = manifest.campaigns.index(campaign)
    for segment in manifest.segments:
        if segment.until_ms <= at_ms or segment.loop is None:
            continue
        if any(slot.campaign == wanted for slot in manifest.loops[segment.loop].slots):
            first_ms = max(segment.from_ms, at_ms + 1)
            for play in expected_slots(manifest, first_ms, segment.until_ms):
                if play.campaign == campaign:
                    return play.start_ms
    return None


def plays_per_hour(manifest: Manifest, campaign: str, at_ms: int) -> float:
    """The plays per hour of a campaign in the loop at `at_ms`."""
    index = segment_index(manifest, at_ms)
    name = None if index is None else manifest.segments[index].loop
    if name is None:
        return 0.0
    loop = manifest.loops[name]
    plays = sum(manifest.campaign_id(slot) == campaign for slot in loop.slots)
    return plays * HOUR_MS / loop.period_ms


def _stretch_at(orders: Sequence[CampaignOrder], venue: VenueHours, at_ms: int) -> Stretch:
    stretches = day_stretches(orders, venue, day_span(venue.zone(), at_ms))
    return next(part for part in stretches if part.from_ms <= at_ms < part.until_ms)


def _state_in_loop(manifest: Manifest, now: Seat, order: CampaignOrder) -> str:
    if now.campaign == order.id:
        return "on"
    if order.starter:
        of_nobody = now.state == "playing" and now.campaign is None
        is_on = of_nobody and any(asset.digest == now.asset for asset in order.assets)
        return "on" if is_on else "starter_waits"
    if plays_per_hour(manifest, order.id, now.at_ms):
        return "waits"
    slow = order.target.kind == "pace" and order.target.value is not None and order.target.value < 1
    return "not_this_hour" if slow else "gave_way"


def _why_not_running(order: CampaignOrder, venue: VenueHours, at_ms: int, stretch: Stretch) -> str:
    today = local_date(venue.zone(), at_ms)
    if order.starts_on is not None and today < order.starts_on:
        return "not_begun"
    if order.ends_on is not None and today > order.ends_on:
        return "ended"
    return "closed" if stretch.active is None else "outside_day_parts"


def _facts(
    manifest: Manifest, order: CampaignOrder, active: Active | None, at_ms: int
) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "tier": order.tier,
        "target": order.target.kind,
        "starts_on": _iso(order.starts_on),
        "ends_on": _iso(order.ends_on),
        "plays_per_hour": plays_per_hour(manifest, order.id, at_ms),
        "next_start": next_start(manifest, order.id, at_ms),
    }
    if not order.is_filler:
        # In force by its dates: people check it even for an hour that is closed.
        facts["boost"] = float(factor_at(order.boosts, at_ms))
        if active is not None:
            facts["asked_per_hour"] = hourly_frequency(order, active.day_ms, active.boost).plays
    return facts


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
