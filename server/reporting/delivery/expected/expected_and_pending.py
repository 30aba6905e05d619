"""Expected plays by arithmetic, and those of them that are still waited for."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, Final, NamedTuple

from server.foundation.civil_time import LATE_DAYS
from server.foundation.durations import DAY_MS
from server.playlog.model.expected import Bucket
from server.playlog.model.manifest_counts import CampaignCounts, Tally
from server.playlog.model.screen_context import Tenure
from server.playlog.store.interned_ids import campaign_number
from server.reporting.delivery.expected.watermarks import Watermark
from server.reporting.delivery.report_context import TallyOf
from server.reporting.delivery.selection import Limits

MOST_CACHED: Final = 100_000
MOST_PLANS: Final = 2_000
MOST_TIMES: Final = 20_000
"""The hours of 800 days."""
FEW: Final = 8
"""Up to this number of distinct times they are counted without grouping them by slot."""


class CountCache:
    """Caches how many plays started in a time; each report asks the same."""

    def __init__(self) -> None:
        self._whole: dict[tuple[str, int, int], Mapping[Any, int]] = {}
        self._together: dict[tuple[str, int | None, frozenset[int]], WantedSlots] = {}

    def together(self, manifest: str, tally: Tally, limits: Limits) -> "WantedSlots":
        """A plan with the campaigns that are asked for added up."""
        key = (manifest, limits.campaign, limits.but_campaigns)
        found = self._together.get(key)
        if found is None:
            if len(self._together) >= MOST_PLANS:
                self._together.clear()
            wanted = CampaignCounts(tally, lambda one: limits.allow_campaign(campaign_number(one)))
            found = self._together[key] = WantedSlots(tally, wanted)
        return found

    def whole(self, span: "_Span") -> Mapping[Any, int]:
        """All that start in the span, whenever they end."""
        key = (span.manifest, span.low_ms, span.high_ms)
        found = self._whole.get(key)
        if found is None:
            if len(self._whole) >= MOST_CACHED:
                self._whole.clear()
            found = self._whole[key] = span.until(span.high_ms + span.tally.longest_ms)
        return found


class WantedSlots:
    """A plan's slots of wanted campaigns, as one number each time."""

    def __init__(self, tally: Tally, together: CampaignCounts) -> None:
        self._together = together
        self._longest_ms = tally.longest_ms
        self._whole: dict[tuple[int, int], int] = {}

    def ending(self, low_ms: int, high_ms: int, by_ms: int) -> int:
        """The number of plays that start in [low, high) and end by `by_ms`."""
        if by_ms < high_ms + self._longest_ms:
            return self._together.starting_in(low_ms, high_ms, by_ms)
        found = self._whole.get((low_ms, high_ms))
        if found is None:
            if len(self._whole) >= MOST_TIMES:
                self._whole.clear()
            found = self._together.starting_in(low_ms, high_ms, by_ms)
            self._whole[low_ms, high_ms] = found
        return found


class Slots:
    """Slots of wanted campaigns in a span: how many, and how many of them end after an instant."""

    def __init__(self, span: "_Span", wanted: WantedSlots) -> None:
        self._span = span
        self._wanted = wanted
        self.end_ms = span.end_ms
        self.expected = self._over_by(span.end_ms)

    def pending(self, reported_until_ms: int) -> int:
        """The number of plays that end after it."""
        if reported_until_ms >= self.end_ms:
            return 0
        return self.expected - self._over_by(reported_until_ms)

    def last_end(self, reported_until_ms: int) -> int:
        """No slot ends after this and by `reported_until_ms`."""
        return self._span.tally.last_end(reported_until_ms)

    def _over_by(self, by_ms: int) -> int:
        return self._wanted.ending(self._span.low_ms, self._span.high_ms, by_ms)


class ExpectedPlays:
    """Counts plays of tenures; screens of a channel ask the same, so answers are remembered."""

    def __init__(self, tally_of: TallyOf, as_of_ms: int, answers: CountCache | None = None) -> None:
        self._tally_of = tally_of
        self._as_of_ms = as_of_ms
        self._late_ms = as_of_ms - LATE_DAYS * DAY_MS
        self._answers = answers or CountCache()
        self._counted: dict[tuple[str, int, int, int], Mapping[Any, int]] = {}

    def cut(self, progress: Watermark) -> int:
        """Slots ending later aren't expected yet, unless the screen has reported them already."""
        return max(self._as_of_ms, progress.reach.slots_until)

    def plays(
        self, tenure: Tenure, progress: Watermark, bucket: Bucket, after_ms: int = 0
    ) -> Iterator[tuple[str | None, int, int]]:
        """By campaign: plays that start in the bucket and end after `after`, and pending ones."""
        span = self._span(tenure, bucket, self.cut(progress))
        if span is None:
            return
        reported_until_ms = max(progress.complete_until(tenure), self._late_ms, after_ms)
        reported, before = self._ending(span, reported_until_ms), self._ending(span, after_ms)
        for campaign, plays in self._ending(span, span.end_ms).items():
            yield campaign, plays - before.get(campaign, 0), plays - reported.get(campaign, 0)

    def merge_watermarks(self, tenure: Tenure, counts: Mapping[int, int]) -> Mapping[int, int]:
        """Number of screens by reported-until instant; those after the same slot are merged."""
        tally = self._tally_of(tenure.manifest) if len(counts) > FEW else None
        found: dict[int, int] = {}
        for reported_until_ms, count in counts.items():
            until_ms = max(reported_until_ms, self._late_ms)
            if tally is not None:
                until_ms = tally.last_end(until_ms)
            found[until_ms] = found.get(until_ms, 0) + count
        return found

    def waited_from(self, until_ms: int) -> int:
        """Plays ending later are pending, for a screen that has reported all until `until_ms`."""
        return max(until_ms, self._late_ms)

    def slots(self, tenure: Tenure, bucket: Bucket, limits: Limits) -> "Slots | None":
        """A tenure's slots of wanted campaigns that start in a bucket; None if none do."""
        span = self._span(tenure, bucket, self._as_of_ms)
        if span is None:
            return None
        return Slots(span, self._answers.together(span.manifest, span.tally, limits))

    def of_many(
        self, span: "_Span", watermarks: "WatermarkCounts"
    ) -> Iterator[tuple[str | None, int, int]]:
        """As `plays`, for screens that differ only in the end of their reported time."""
        expected = self._ending(span, span.end_ms)
        if watermarks.least_ms >= span.end_ms:
            for campaign, plays in expected.items():
                yield campaign, watermarks.screens * plays, 0
            return
        reported: dict[str | None, int] = {}
        for reported_until_ms, count in watermarks.within(span.low_ms, span.end_ms):
            for campaign, plays in self._ending(span, reported_until_ms).items():
                reported[campaign] = reported.get(campaign, 0) + count * plays
        waiting = watermarks.waiting(span.end_ms)
        for campaign, plays in expected.items():
            yield campaign, watermarks.screens * plays, waiting * plays - reported.get(campaign, 0)

    def of_many_together(
        self,
        tenure: Tenure,
        buckets: Sequence[Bucket],
        watermarks: "WatermarkCounts",
        limits: Limits,
    ) -> Iterator[tuple[Bucket, int, int]]:
        """By bucket, plays of all wanted campaigns together, and the pending ones."""
        tally = self._tally_of(tenure.manifest)
        if tally is None:
            return
        wanted = self._answers.together(tenure.manifest, tally, limits)
        for bucket, span in self.spans(tenure, buckets):
            expected = wanted.ending(span.low_ms, span.high_ms, span.end_ms)
            waited = watermarks.waiting(span.end_ms) * expected
            if waited:
                for reported_until_ms, count in watermarks.within(span.low_ms, span.end_ms):
                    waited -= count * wanted.ending(span.low_ms, span.high_ms, reported_until_ms)
            if expected:
                yield bucket, watermarks.screens * expected, waited

    def spans(self, tenure: Tenure, buckets: Sequence[Bucket]) -> Iterator[tuple[Bucket, "_Span"]]:
        """The slots of a tenure that start in each bucket and end by now, where there are any."""
        tally = self._tally_of(tenure.manifest)
        if tally is None:
            return
        from_ms, longest_ms = tenure.from_ms, tally.longest_ms
        until_ms = self._as_of_ms
        if tenure.until_ms is not None:
            until_ms = min(until_ms, tenure.until_ms)
        for bucket in buckets:
            low_ms, high_ms = max(bucket.from_ms, from_ms), bucket.until_ms
            if low_ms < high_ms and low_ms < until_ms:
                end_ms = min(until_ms, high_ms + longest_ms)
                yield bucket, _Span(tenure.manifest, tally, low_ms, high_ms, end_ms)

    def _span(self, tenure: Tenure, bucket: Bucket, cut_ms: int) -> "_Span | None":
        """The slots of a tenure that start in a bucket and end by the cut; None if none do."""
        end_ms = cut_ms if tenure.until_ms is None else min(cut_ms, tenure.until_ms)
        low_ms, high_ms = max(bucket.from_ms, tenure.from_ms), bucket.until_ms
        tally = self._tally_of(tenure.manifest)
        if tally is None or low_ms >= min(high_ms, end_ms):
            return None
        # No slot that starts in the bucket ends later than that: for most buckets all ends agree.
        end_ms = min(end_ms, high_ms + tally.longest_ms)
        return _Span(tenure.manifest, tally, low_ms, high_ms, end_ms)

    def _ending(self, span: "_Span", by_ms: int) -> Mapping[Any, int]:
        by_ms = min(by_ms, span.end_ms)
        if by_ms <= span.low_ms:
            return {}
        if by_ms >= span.high_ms + span.tally.longest_ms:
            return self._answers.whole(span)
        key = (span.manifest, span.low_ms, span.high_ms, by_ms)
        found = self._counted.get(key)
        if found is None:
            found = self._counted[key] = span.until(by_ms)
        return found


class _Span(NamedTuple):
    """Slots of a manifest that start in [low, high) and end by `end_ms`."""

    manifest: str
    tally: Tally
    low_ms: int
    high_ms: int
    end_ms: int

    def until(self, by_ms: int) -> Mapping[Any, int]:
        """The number of plays that end by an instant, by campaign."""
        return self.tally.starting_in(self.low_ms, self.high_ms, by_ms)


class WatermarkCounts:
    """Counts of screens by the instant until which they have reported."""

    def __init__(self, counts: Mapping[int, int]) -> None:
        self._counts = sorted(counts.items())
        self._instants = [reported_until_ms for reported_until_ms, _ in self._counts]
        self._sums = [0, *accumulate(count for _, count in self._counts)]
        self.screens = self._sums[-1]
        self.least_ms = self._counts[0][0] if self._counts else 0

    def within(self, low_ms: int, high_ms: int) -> Sequence[tuple[int, int]]:
        """The counts with instants in (low, high)."""
        first = bisect_right(self._instants, low_ms)
        return self._counts[first : bisect_left(self._instants, high_ms)]

    def waiting(self, at_ms: int) -> int:
        """The number of screens that haven't reported all until `at_ms`."""
        return self._sums[bisect_left(self._instants, at_ms)]
