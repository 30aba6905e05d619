"""Expected plays of one day for many screens; screens of one channel share a computation."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from server.foundation.civil_time import Civil
from server.foundation.durations import HOUR_MS
from server.playlog.model.expected import buckets, expectations
from server.playlog.model.screen_context import Tenure
from server.playlog.model.slot_states import PlanOf
from server.playlog.store.booked_tenures import FOREVER_MS
from server.playlog.store.interned_ids import campaign_number

Key = tuple[tuple[Tenure, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Expected plays from an instant to the screen's next move, or to the end of the day.

    `hours`: hour, campaign number and plays; `campaigns`: the same without the hour.
    """

    from_ms: int
    hours: Sequence[tuple[int, int, int]]
    campaigns: Sequence[tuple[int, int]]


class ExpectedDay:
    """Expected plays of one civil day (by ordinal), cached by tenures."""

    def __init__(self, civil: Civil, plan_of: PlanOf, day: int) -> None:
        self._civil = civil
        self._plan_of = plan_of
        self._from_ms = civil.start_of(day)
        self._until_ms = civil.start_of(day + 1)
        self._cached: dict[Key, Sequence[Stretch]] = {}

    def of(self, tenures: Sequence[Tenure], edges: Sequence[int]) -> Sequence[Stretch]:
        """Expected plays by settled tenures; `edges`: the instants of the screen's moves."""
        cuts = tuple(edge for edge in edges if self._from_ms < edge < self._until_ms)
        key = (tuple(self._clipped(tenures)), cuts)
        found = self._cached.get(key)
        if found is None:
            found = self._cached[key] = self._stretches(*key)
        return found

    def _stretches(self, tenures: Sequence[Tenure], cuts: Sequence[int]) -> Sequence[Stretch]:
        begins = [self._from_ms, *cuts]
        hours: list[Counter[tuple[int, int]]] = [Counter() for _ in begins]
        spans = buckets(self._civil, self._from_ms, self._until_ms, cuts)
        for one in expectations(tenures, self._plan_of, spans, FOREVER_MS):
            stretch = bisect_right(begins, one.bucket.from_ms) - 1
            hours[stretch][one.bucket.hour, campaign_number(one.campaign)] += one.plays
        return [_stretch(*both) for both in zip(begins, hours, strict=True)]

    def _clipped(self, tenures: Sequence[Tenure]) -> Iterator[Tenure]:
        """The tenures cut to the day; slots last at most an hour."""
        end_ms = self._until_ms + HOUR_MS
        for one in tenures:
            until_ms = FOREVER_MS if one.until_ms is None else one.until_ms
            if one.from_ms < self._until_ms and until_ms > self._from_ms:
                from_ms = max(one.from_ms, self._from_ms)
                yield replace(one, from_ms=from_ms, until_ms=min(until_ms, end_ms))


def _stretch(from_ms: int, hours: Counter[tuple[int, int]]) -> Stretch:
    campaigns: Counter[int] = Counter()
    for (_, campaign), plays in hours.items():
        campaigns[campaign] += plays
    by_hour = [(hour, campaign, plays) for (hour, campaign), plays in hours.items()]
    return Stretch(from_ms, by_hour, list(campaigns.items()))
