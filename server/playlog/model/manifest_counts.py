"""Expected plays of one manifest by prefix sums, equal to `compliance.expected_plays`.

Takes a few numbers a slot, so that thousands of manifests fit in memory where plans don't.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable

from playlists.wire.model import Loop, Manifest, Segment


class LoopTally:
    """Starts and ends of a loop's slots, and campaign counts of the first n slots."""

    def __init__(self, manifest: Manifest, loop: Loop) -> None:
        self.period_ms = loop.period_ms
        self.size = len(loop.slots)
        self.starts = array("q", (slot.start_ms for slot in loop.slots))
        self.ends = array("q", (slot.start_ms + slot.duration_ms for slot in loop.slots))
        owners = [manifest.campaign_id(slot) for slot in loop.slots]
        self.sums = {owner: _running(owners, owner) for owner in dict.fromkeys(owners)}

    def first_at(self, since_anchor_ms: int) -> int:
        """The running number (cycle x slots + index) of the first slot that starts no earlier."""
        cycle, rest_ms = divmod(since_anchor_ms, self.period_ms)
        return cycle * self.size + bisect_left(self.starts, rest_ms)

    def over_by(self, since_anchor_ms: int) -> int:
        """The running number of the first slot that ends later."""
        cycle, rest_ms = divmod(since_anchor_ms, self.period_ms)
        return cycle * self.size + bisect_right(self.ends, rest_ms)

    def last_end(self, at_ms: int, anchor_ms: int) -> int:
        """End of the last slot that is over by an instant, ms."""
        cycle, index = divmod(self.over_by(at_ms - anchor_ms) - 1, self.size)
        return anchor_ms + cycle * self.period_ms + self.ends[index]

    def count(self, first: int, last: int, counts: Counter[str | None]) -> None:
        """Add the plays with running numbers in [first, last) to `counts`, by campaign."""
        first_cycle, first_index = divmod(first, self.size)
        last_cycle, last_index = divmod(last, self.size)
        for owner, sums in self.sums.items():
            plays = (last_cycle - first_cycle) * sums[-1] + sums[last_index] - sums[first_index]
            if plays:
                counts[owner] += plays


class Tally:
    """Counts a manifest's expected plays by campaign."""

    def __init__(self, manifest: Manifest) -> None:
        loops = {name: LoopTally(manifest, loop) for name, loop in manifest.loops.items()}
        self.segments = manifest.segments
        self.loops = loops
        self.longest_ms = max(
            (slot.duration_ms for loop in manifest.loops.values() for slot in loop.slots),
            default=0,
        )

    def expected(self, from_ms: int, until_ms: int) -> Counter[str | None]:
        """Plays by campaign that are wholly within their segment and [from_ms, until_ms)."""
        counts: Counter[str | None] = Counter()
        segments = self.segments
        index = bisect_right(segments, from_ms, key=_until)
        while index < len(segments) and segments[index].from_ms < until_ms:
            segment = segments[index]
            index += 1
            if segment.loop is None:
                continue
            loop = self.loops[segment.loop]
            first = loop.first_at(max(segment.from_ms, from_ms) - segment.anchor_ms)
            last = loop.over_by(min(segment.until_ms, until_ms) - segment.anchor_ms)
            if last > first:
                loop.count(first, last, counts)
        return counts

    def last_end(self, at_ms: int) -> int:
        """End of the last slot that is over by then; start of its segment if none is, ms."""
        index = bisect_right(self.segments, at_ms, key=_until)
        if index == len(self.segments):
            return at_ms
        segment = self.segments[index]
        if segment.loop is None or at_ms <= segment.from_ms:
            return at_ms
        return max(segment.from_ms, self.loops[segment.loop].last_end(at_ms, segment.anchor_ms))

    def starting_in(self, low_ms: int, high_ms: int, end_ms: int) -> Counter[str | None]:
        """Plays whose slots start in [low_ms, high_ms) and end by `end_ms`."""
        limit_ms = min(end_ms, high_ms + self.longest_ms)
        if limit_ms <= low_ms:
            return Counter()
        counts = self.expected(low_ms, limit_ms)
        if limit_ms > high_ms:
            counts.subtract(self.expected(high_ms, limit_ms))
        return +counts


class CampaignCounts:
    """A tally of some campaigns together, as one number."""

    def __init__(self, tally: Tally, is_wanted: Callable[[str | None], bool]) -> None:
        self._segments = tally.segments
        self._loops = {name: _Sums(loop, is_wanted) for name, loop in tally.loops.items()}
        self._before = array("q", [0])
        for segment in self._segments:
            first, last = self._bounds(segment)
            self._before.append(self._before[-1] + max(0, last - first))
        self._longest_ms = tally.longest_ms

    def starting_in(self, low_ms: int, high_ms: int, end_ms: int) -> int:
        """Plays whose slots start in [low_ms, high_ms) and end by `end_ms`."""
        limit_ms = min(end_ms, high_ms + self._longest_ms)
        if min(limit_ms, high_ms) <= low_ms:
            return 0
        over = self._counted(limit_ms, LoopTally.over_by)
        later = over - self._started(high_ms) if limit_ms > high_ms else 0
        return max(0, over - self._started(low_ms)) - max(0, later)

    def _started(self, before_ms: int) -> int:
        """Plays that start before an instant and are wholly within their segment."""
        return self._counted(before_ms, LoopTally.first_at)

    def _counted(self, at_ms: int, number: Callable[[LoopTally, int], int]) -> int:
        index = bisect_right(self._segments, at_ms, key=_until)
        if index == len(self._segments):
            return self._before[index]
        segment = self._segments[index]
        if segment.loop is None or at_ms <= segment.from_ms:
            return self._before[index]
        sums, (first, last) = self._loops[segment.loop], self._bounds(segment)
        plays = sums.first(number(sums.loop, at_ms - segment.anchor_ms))
        return self._before[index] + min(max(plays, first), max(last, first)) - first

    def _bounds(self, segment: Segment) -> tuple[int, int]:
        """Cumulative counts of the loop's plays at the start and the end of a segment."""
        if segment.loop is None:
            return 0, 0
        sums = self._loops[segment.loop]
        first = sums.loop.first_at(segment.from_ms - segment.anchor_ms)
        last = sums.loop.over_by(segment.until_ms - segment.anchor_ms)
        return sums.first(first), sums.first(last)


class _Sums:
    """Prefix counts of a loop's wanted plays."""

    def __init__(self, loop: LoopTally, is_wanted: Callable[[str | None], bool]) -> None:
        wanted = [sums for owner, sums in loop.sums.items() if is_wanted(owner)]
        self.loop = loop
        nothing = array("q", bytes(8 * (loop.size + 1)))
        self._sums = array("q", map(sum, zip(nothing, *wanted, strict=True)))

    def first(self, number: int) -> int:
        """Wanted plays with running numbers below `number`."""
        cycle, index = divmod(number, self.loop.size)
        plays: int = cycle * self._sums[-1] + self._sums[index]
        return plays


def _running(owners: list[str | None], owner: str | None) -> "array[int]":
    sums = array("l", [0])
    for one in owners:
        sums.append(sums[-1] + (one == owner))
    return sums


def _until(segment: Segment) -> int:
    return segment.until_ms
