"""The plays that a manifest promises, to compare with the confirmed ones."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from playlists.wire.model import Loop, Manifest, Segment, Slot


@dataclass(frozen=True, slots=True)
class ExpectedSlot:
    """One expected play; (manifest digest, segment, cycle, slot) is its key on a screen.

    `asset` is a digest, `campaign` an id or None; times are ms since 1970 UTC.
    """

    segment: int
    cycle: int
    slot: int
    start_ms: int
    duration_ms: int
    asset: str
    campaign: str | None


def expected_plays(manifest: Manifest, from_ms: int, until_ms: int) -> dict[str | None, int]:
    """Expected plays by campaign id for a screen that has this manifest in [from_ms, until_ms).

    A play is expected when its whole length is in its segment and in the given time. Whole cycles
    are counted by multiplication: the cost doesn't grow with the length of the time.
    """
    counts: Counter[str | None] = Counter()
    for _, segment, loop, low_ms, high_ms in _stretches(manifest, from_ms, until_ms):
        starts = [slot.start_ms for slot in loop.slots]
        ends = [slot.start_ms + slot.duration_ms for slot in loop.slots]
        first = _count_below(starts, loop.period_ms, low_ms - segment.anchor_ms)
        last = _count_up_to(ends, loop.period_ms, high_ms - segment.anchor_ms)
        if last > first:
            _add_plays(counts, manifest, loop, first, last)
    return dict(counts)


def expected_slots(manifest: Manifest, from_ms: int, until_ms: int) -> Iterator[ExpectedSlot]:
    """Each expected play of [from_ms, until_ms) in order of time."""
    for index, segment, loop, low_ms, high_ms in _stretches(manifest, from_ms, until_ms):
        starts = [slot.start_ms for slot in loop.slots]
        number = _count_below(starts, loop.period_ms, low_ms - segment.anchor_ms)
        while True:
            cycle, slot_index = divmod(number, len(loop.slots))
            slot = loop.slots[slot_index]
            expected = _expected(manifest, index, segment, cycle, slot_index)
            if expected.start_ms + slot.duration_ms > high_ms:
                break
            yield expected
            number += 1


def slot_at(manifest: Manifest, segment: int, cycle: int, slot: int) -> ExpectedSlot | None:
    """The play with this key, None if the manifest has no such slot wholly in its segment."""
    found = _named(manifest, segment, cycle, slot)
    return found if found and manifest.segments[segment].from_ms <= found.start_ms else None


def cut_slot_at(manifest: Manifest, segment: int, cycle: int, slot: int) -> ExpectedSlot | None:
    """The slot with this key if its segment begins within it: screens join it, none is expected."""
    found = _named(manifest, segment, cycle, slot)
    if found is None:
        return None
    begins_ms = manifest.segments[segment].from_ms
    return found if found.start_ms < begins_ms < found.start_ms + found.duration_ms else None


def _named(manifest: Manifest, segment: int, cycle: int, slot: int) -> ExpectedSlot | None:
    """The slot with this key if it ends in time; it may begin before its segment."""
    if not 0 <= segment < len(manifest.segments):
        return None
    part = manifest.segments[segment]
    if part.loop is None or not 0 <= slot < len(manifest.loops[part.loop].slots):
        return None
    named = _expected(manifest, segment, part, cycle, slot)
    return named if named.start_ms + named.duration_ms <= part.until_ms else None


def _stretches(
    manifest: Manifest, from_ms: int, until_ms: int
) -> Iterator[tuple[int, Segment, Loop, int, int]]:
    """Segments with a loop that meet the time: index, segment, loop, from and until within it."""
    first = bisect_right(manifest.segments, from_ms, key=lambda segment: segment.until_ms)
    for index in range(first, len(manifest.segments)):
        segment = manifest.segments[index]
        if segment.from_ms >= until_ms:
            break
        low_ms = max(segment.from_ms, from_ms)
        high_ms = min(segment.until_ms, until_ms)
        if segment.loop is not None:
            yield index, segment, manifest.loops[segment.loop], low_ms, high_ms


def _count_below(starts: Sequence[int], period_ms: int, at_ms: int) -> int:
    """The running number (cycle x slots + index) of the first slot that starts at or after."""
    cycle, rest_ms = divmod(at_ms, period_ms)
    return cycle * len(starts) + bisect_left(starts, rest_ms)


def _count_up_to(ends: Sequence[int], period_ms: int, at_ms: int) -> int:
    """The running number of the first slot that doesn't end by then."""
    cycle, rest_ms = divmod(at_ms, period_ms)
    return cycle * len(ends) + bisect_right(ends, rest_ms)


def _add_plays(
    counts: Counter[str | None], manifest: Manifest, loop: Loop, first: int, last: int
) -> None:
    size = len(loop.slots)
    whole, rest = divmod(last - first, size)
    if whole:
        for slot in loop.slots:
            counts[manifest.campaign_id(slot)] += whole
    for number in range(first, first + rest):
        counts[manifest.campaign_id(loop.slots[number % size])] += 1


def _expected(
    manifest: Manifest, index: int, segment: Segment, cycle: int, number: int
) -> ExpectedSlot:
    loop = manifest.loops[str(segment.loop)]
    slot: Slot = loop.slots[number]
    return ExpectedSlot(
        segment=index,
        cycle=cycle,
        slot=number,
        start_ms=segment.anchor_ms + cycle * loop.period_ms + slot.start_ms,
        duration_ms=slot.duration_ms,
        asset=manifest.assets[slot.asset].digest,
        campaign=manifest.campaign_id(slot),
    )
