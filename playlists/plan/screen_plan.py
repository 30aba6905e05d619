"""A screen's plan: for each stretch of time the loop that plays, or that it is switched off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from playlists.demand.hours import HourDemand
from playlists.demand.orders import CampaignOrder
from playlists.plan.built_loops import (
    Build,
    Built,
    PlannedLoop,
    build_planned,
    campaigns_of,
    wire_loop,
)
from playlists.plan.compiler import compile_loop
from playlists.plan.days import Piece, join, plan_day
from playlists.plan.stretches import whole_days
from playlists.windows import VenueHours
from playlists.wire.model import Asset, Manifest, Segment


@dataclass(frozen=True, slots=True)
class Plan:
    """Segments in order and disjoint, and their loops by name.

    Time without a segment has no content: the screen shows its fallback. Where floors or gaps can't
    be kept as much as possible is played without them; a campaign that causes that should not have
    been published.
    """

    segments: tuple[Segment, ...]
    loops: Mapping[str, PlannedLoop]


def build_plan(
    orders: Sequence[CampaignOrder],
    venue: VenueHours,
    from_ms: int,
    until_ms: int,
    build: Build = compile_loop,
) -> Plan:
    """Plan [from_ms, until_ms) for a screen of that venue.

    Days are always planned whole and cut afterwards, so a plan that begins or ends elsewhere has
    the same loops at the same instants. `build` may remember loops: equal requests are equal keys.
    """
    cache: dict[HourDemand, Built] = {}

    def built(demand: HourDemand) -> Built:
        if demand not in cache:
            cache[demand] = build_planned(demand, build)
        return cache[demand]

    pieces: list[Piece] = []
    for day in whole_days(venue, from_ms, until_ms):
        pieces += plan_day(orders, venue, day, built)
    pieces = _clipped(pieces, from_ms, until_ms)
    return Plan(
        segments=tuple(join(pieces, venue)),
        loops={piece.built.loop.name: piece.built.loop for piece in pieces if piece.built},
    )


def to_manifest(
    plan: Plan,
    assets: Mapping[str, Asset],
    fallback: str,
    timezone: str,
    *,
    sound: bool = False,
) -> Manifest:
    """The plan in wire form: assets and campaigns become indices; equal plans, equal manifests.

    `assets` maps digests to the files that the screen fetches, `fallback` (a digest) among them;
    the fallback also fills slots without an order.
    """
    slots = [slot for loop in plan.loops.values() for slot in loop.slots]
    digests = sorted({slot.digest for slot in slots if slot.digest} | {fallback})
    campaigns = campaigns_of(plan.loops.values())
    asset_number = {digest: index for index, digest in enumerate(digests)}
    return Manifest(
        timezone=timezone,
        assets=tuple(assets[digest] for digest in digests),
        campaigns=campaigns,
        loops={
            name: wire_loop(loop, asset_number, campaigns, fallback)
            for name, loop in plan.loops.items()
        },
        segments=plan.segments,
        fallback=asset_number[fallback],
        sound=sound,
    )


def _clipped(pieces: Sequence[Piece], from_ms: int, until_ms: int) -> list[Piece]:
    return [
        replace(
            piece,
            from_ms=max(piece.from_ms, from_ms),
            until_ms=min(piece.until_ms, until_ms),
        )
        for piece in pieces
        if piece.until_ms > from_ms and piece.from_ms < until_ms
    ]
