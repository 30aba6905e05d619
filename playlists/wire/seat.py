"""The content due on the screen at an instant: a pure function of manifest and server time."""

from bisect import bisect_right
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from playlists.wire.model import Loop, Manifest


@dataclass(frozen=True, slots=True)
class Seat:
    """The answer for one instant; fields that a state doesn't have are None.

    `state` is "playing", "off" (switched off on purpose) or "fallback" (no plan for now);
    `held` is true when no further slot fits its segment and the last picture stays.
    """

    at_ms: int
    state: str
    segment: int | None = None
    cycle: int | None = None
    slot: int | None = None
    offset_ms: int | None = None
    asset: str | None = None
    campaign: str | None = None
    held: bool = False

    def as_json(self) -> dict[str, Any]:
        """The fields of one line of `server.cli seat`; each state has only its own."""
        if self.state == "off":
            return {"at": self.at_ms, "state": "off", "segment": self.segment}
        if self.state == "fallback":
            return {"at": self.at_ms, "state": "fallback", "asset": self.asset}
        return {
            "at": self.at_ms,
            "state": self.state,
            "segment": self.segment,
            "cycle": self.cycle,
            "slot": self.slot,
            "offset_ms": self.offset_ms,
            "asset": self.asset,
            "campaign": self.campaign,
            "held": self.held,
        }


def seat(manifest: Manifest, at_ms: int) -> Seat:
    """The content at `at_ms` (ms since 1970 UTC, server time) by docs/protocol.md, part 3."""
    index = segment_index(manifest, at_ms)
    if index is None:
        return Seat(at_ms, "fallback", asset=manifest.assets[manifest.fallback].digest)
    segment = manifest.segments[index]
    if segment.loop is None:
        return Seat(at_ms, "off", segment=index)
    loop = manifest.loops[segment.loop]
    cycle, number, offset_ms = position(loop, at_ms - segment.anchor_ms)
    held = at_ms - offset_ms + loop.slots[number].duration_ms > segment.until_ms
    if held:
        cycle, number, offset_ms = _slot_before(loop, cycle, number, offset_ms)
    slot = loop.slots[number]
    asset = manifest.assets[slot.asset].digest
    campaign = manifest.campaign_id(slot)
    return Seat(at_ms, "playing", index, cycle, number, offset_ms, asset, campaign, held)


def next_change(manifest: Manifest, at_ms: int) -> int | None:
    """The first instant after `at_ms` at which a slot or a segment begins or ends.

    None if nothing will change any more.
    """
    index = segment_index(manifest, at_ms)
    if index is None:
        return _next_segment(manifest, at_ms)
    segment = manifest.segments[index]
    if segment.loop is None:
        return segment.until_ms
    loop = manifest.loops[segment.loop]
    _, number, offset_ms = position(loop, at_ms - segment.anchor_ms)
    return min(at_ms - offset_ms + loop.slots[number].duration_ms, segment.until_ms)


def next_boundary(manifest: Manifest, at_ms: int) -> int:
    """The first instant after `at_ms` at which a new plan cuts no slot short.

    While a loop plays it is where a slot or the segment ends. Switched off and on the fallback
    nothing can be cut, so any instant will do: a plan published at night needn't wait for morning.
    """
    index = segment_index(manifest, at_ms)
    if index is None or manifest.segments[index].loop is None:
        return at_ms + 1
    change_ms = next_change(manifest, at_ms)
    return at_ms + 1 if change_ms is None else change_ms


def segment_index(manifest: Manifest, at_ms: int) -> int | None:
    """The index of the segment that holds `at_ms`, None outside all of them."""
    index = bisect_right(manifest.segments, at_ms, key=attrgetter("from_ms")) - 1
    if index < 0 or at_ms >= manifest.segments[index].until_ms:
        return None
    return index


def position(loop: Loop, since_anchor_ms: int) -> tuple[int, int, int]:
    """The position in a loop: cycle, slot index and ms into that slot; cycles may be negative."""
    cycle, in_period_ms = divmod(since_anchor_ms, loop.period_ms)
    number = bisect_right(loop.slots, in_period_ms, key=lambda slot: slot.start_ms) - 1
    return cycle, number, in_period_ms - loop.slots[number].start_ms


def _slot_before(loop: Loop, cycle: int, number: int, offset_ms: int) -> tuple[int, int, int]:
    if number == 0:
        cycle, number = cycle - 1, len(loop.slots)
    number -= 1
    return cycle, number, offset_ms + loop.slots[number].duration_ms


def _next_segment(manifest: Manifest, at_ms: int) -> int | None:
    index = bisect_right(manifest.segments, at_ms, key=attrgetter("from_ms"))
    return manifest.segments[index].from_ms if index < len(manifest.segments) else None
