"""Expected plays of a screen by day, hour and campaign, from its tenures."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import msgspec

from server.foundation.civil_time import Civil
from server.foundation.durations import HOUR_MS
from server.playlog.model.screen_context import Tenure
from server.playlog.model.slot_states import PlanOf


@dataclass(frozen=True, slots=True)
class Bucket:
    """Part of one hour of one day: slots that start in [from_ms, until_ms)."""

    day: int
    hour: int
    from_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Expectation:
    """Number of plays of a campaign (None: of none) expected to start in a bucket."""

    bucket: Bucket
    campaign: str | None
    plays: int
    provisional: bool = False


class Reach(msgspec.Struct, frozen=True, gc=False):
    """End of the last slot with evidence, and its manifest.

    `before_until`: end of the last such slot of the manifest before.
    """

    manifest: str | None = None
    slots_until: int = 0
    before_until: int = 0

    def others_until(self, manifest: str) -> int:
        """Until when (ms) the screen is proven to have shown another manifest than this one."""
        return self.before_until if manifest == self.manifest else self.slots_until


def settled(tenures: Sequence[Tenure], reach: Reach) -> Iterator[Tenure]:
    """Tenures as measured: each ends where the next begins.

    An unreported one begins no earlier than the last play of the one before ends, since the screen
    shows that one until it has switched.
    """
    rows = [
        tenure
        if tenure.reported
        else replace(tenure, from_ms=max(tenure.from_ms, reach.others_until(tenure.manifest)))
        for tenure in tenures
    ]
    from_ms = 0
    for index, tenure in enumerate(rows):
        from_ms = max(from_ms, tenure.from_ms)
        later = rows[index + 1] if index + 1 < len(rows) else None
        until_ms = tenure.until_ms if later is None else later.from_ms
        if (from_ms, until_ms) == (tenure.from_ms, tenure.until_ms):
            yield tenure
        elif until_ms is None or until_ms > from_ms:
            yield replace(tenure, from_ms=from_ms, until_ms=until_ms)


def buckets(
    civil: Civil, from_ms: int, until_ms: int, edges: Iterable[int] = ()
) -> Iterator[Bucket]:
    """The hours that meet [from, until), clipped to it and cut at `edges`."""
    cuts = sorted(edges)
    for day, start_ms, end_ms in civil.days(from_ms, until_ms):
        low_ms = max(start_ms, from_ms)
        high_ms = min(end_ms, until_ms)
        while low_ms < high_ms:
            hour = (low_ms - start_ms) // HOUR_MS
            end = min(start_ms + (hour + 1) * HOUR_MS, high_ms)
            end = min([cut for cut in cuts if low_ms < cut < end], default=end)
            yield Bucket(day, hour, low_ms, end)
            low_ms = end


def expectations(
    tenures: Iterable[Tenure], plan_of: PlanOf, spans: Iterable[Bucket], cut_ms: int
) -> Iterator[Expectation]:
    """Expected plays of each bucket: slots that start in it and end by `cut_ms`."""
    tenures = tuple(tenures)
    for bucket in spans:
        for tenure in tenures:
            end_ms = cut_ms if tenure.until_ms is None else min(cut_ms, tenure.until_ms)
            if tenure.from_ms >= bucket.until_ms or end_ms <= bucket.from_ms:
                continue
            plan = plan_of(tenure.manifest)
            if plan is None:
                continue
            low_ms = max(bucket.from_ms, tenure.from_ms)
            counts = plan.tally.starting_in(low_ms, bucket.until_ms, end_ms)
            for campaign, plays in counts.items():
                yield Expectation(bucket, campaign, plays, not tenure.reported)
