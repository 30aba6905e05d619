"""Loops with what they show: a built loop whose slots name assets and campaigns."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from playlists.demand.hours import HourDemand
from playlists.demand.request import GaveWay, LoopRequest, LoopResult
from playlists.errors import LoopRefused, Refusal
from playlists.wire.model import NO_CAMPAIGN, Loop, Slot

Build = Callable[[LoopRequest], LoopResult]


@dataclass(frozen=True, slots=True)
class PlannedSlot:
    """One slot; `digest` None is time that nobody asked for, which the fallback fills."""

    start_ms: int
    duration_ms: int
    digest: str | None
    campaign: str | None


@dataclass(frozen=True, slots=True)
class PlannedLoop:
    """A loop named by its content, and the result that it was made from (with its measures)."""

    name: str
    period_ms: int
    slots: tuple[PlannedSlot, ...]
    result: LoopResult


@dataclass(frozen=True, slots=True)
class Built:
    """A loop and what of its demand could not be kept."""

    loop: PlannedLoop
    gave_way: tuple[GaveWay, ...] = ()
    refused: tuple[Refusal, ...] = ()


def build_planned(demand: HourDemand, build: Build) -> Built:
    """Build a demand's loop. If it is refused, as much as possible is played: never nothing."""
    try:
        result = build(demand.request)
    except LoopRefused as refused:
        result = build(without_limits(demand.request))
        return Built(_planned(demand, result), result.gave_way, refused.refusals)
    return Built(_planned(demand, result), result.gave_way)


def without_limits(request: LoopRequest) -> LoopRequest:
    """The same demands without floors and gaps, so that all may give way."""
    return replace(
        request,
        items=tuple(
            replace(item, floor=0, min_gap_ms=None, max_gap_ms=None) for item in request.items
        ),
    )


def campaigns_of(loops: Iterable[PlannedLoop]) -> tuple[str, ...]:
    """The ids of all campaigns in the loops, in an order of their own."""
    return tuple(sorted({slot.campaign for loop in loops for slot in loop.slots if slot.campaign}))


def wire_loop(
    loop: PlannedLoop, assets: Mapping[str, int], campaigns: Sequence[str], fallback: str
) -> Loop:
    """The loop with indices for assets (digests) and campaigns (ids)."""
    number = {campaign: index for index, campaign in enumerate(campaigns)}
    slots = tuple(
        Slot(
            start_ms=slot.start_ms,
            duration_ms=slot.duration_ms,
            asset=assets[slot.digest or fallback],
            campaign=number[slot.campaign] if slot.campaign else NO_CAMPAIGN,
        )
        for slot in loop.slots
    )
    return Loop(loop.period_ms, slots)


def _planned(demand: HourDemand, result: LoopResult) -> PlannedLoop:
    slots = []
    for slot in result.slots:
        digest, campaign = (None, None) if slot.item is None else demand.shown[slot.item][slot.turn]
        slots.append(PlannedSlot(slot.start_ms, slot.duration_ms, digest, campaign))
    content = [
        result.period_ms,
        [[slot.start_ms, slot.duration_ms, slot.digest, slot.campaign] for slot in slots],
    ]
    name = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
    return PlannedLoop(f"L{name}", result.period_ms, tuple(slots), result)
