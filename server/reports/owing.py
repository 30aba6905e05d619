"""Expected plays by arithmetic, and those of them that are still waited for."""

from collections.abc import Iterator, Mapping
from typing import Any

from server.playback.booking import LATE_DAYS
from server.playback.expecting import Bucket
from server.playback.folding import DAY_MS
from server.playback.standing import Tenure
from server.reports.around import TallyOf
from server.reports.progress import Progress


class Owing:
    """Counts plays of tenures; screens of a channel ask the same, so answers are remembered."""

    def __init__(self, tally_of: TallyOf, as_of_ms: int) -> None:
        self._tally_of = tally_of
        self._as_of_ms = as_of_ms
        self._late_ms = as_of_ms - LATE_DAYS * DAY_MS
        self._counted: dict[tuple[str, int, int, int], Mapping[Any, int]] = {}

    def cut(self, progress: Progress) -> int:
        """Slots that end later aren't expected yet, unless the screen has told of them already."""
        return max(self._as_of_ms, progress.reach.slots_until)

    def plays(
        self, tenure: Tenure, progress: Progress, bucket: Bucket, after_ms: int = 0
    ) -> Iterator[tuple[str | None, int, int]]:
        """By campaign: plays that start in the bucket and end after `after`; those waited for."""
        cut_ms = self.cut(progress)
        end_ms = cut_ms if tenure.until_ms is None else min(cut_ms, tenure.until_ms)
        low_ms, high_ms = max(bucket.from_ms, tenure.from_ms), bucket.until_ms
        tally = self._tally_of(tenure.manifest)
        if tally is None or low_ms >= min(high_ms, end_ms):
            return
        # No slot that starts in the bucket ends later than that: for most buckets all ends agree.
        end_ms = min(end_ms, high_ms + tally.longest_ms)
        told_ms = max(progress.told(tenure), self._late_ms, after_ms)

        def ending(by_ms: int) -> Mapping[Any, int]:
            by_ms = min(by_ms, end_ms)
            key = (tenure.manifest, low_ms, high_ms, by_ms)
            if by_ms <= low_ms:
                return {}
            found = self._counted.get(key)
            if found is None:
                found = self._counted[key] = tally.starting_in(low_ms, high_ms, by_ms)
            return found

        told, before = ending(told_ms), ending(after_ms)
        for campaign, plays in ending(end_ms).items():
            yield campaign, plays - before.get(campaign, 0), plays - told.get(campaign, 0)
