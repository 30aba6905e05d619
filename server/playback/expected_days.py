"""Expected plays of one day for many screens: those of a channel are worked out once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from server.playback.civil import HOUR_MS, Civil
from server.playback.expecting import Expectation, buckets, expectations
from server.playback.slots import PlanOf
from server.playback.standing import Tenure
from server.playback.tenures import FOREVER_MS

Key = tuple[tuple[Tenure, ...], tuple[int, ...]]


class ExpectedDay:
    """A civil day by its ordinal; remembers what was expected by which tenures."""

    def __init__(self, civil: Civil, plan_of: PlanOf, day: int) -> None:
        self._civil = civil
        self._plan_of = plan_of
        self._from_ms = civil.start_of(day)
        self._until_ms = civil.start_of(day + 1)
        self._known: dict[Key, Sequence[Expectation]] = {}

    def of(self, tenures: Sequence[Tenure], edges: Sequence[int]) -> Sequence[Expectation]:
        """By settled tenures, hour by hour, cut where the screen was moved."""
        cuts = tuple(edge for edge in edges if self._from_ms < edge < self._until_ms)
        key = (tuple(self._clipped(tenures)), cuts)
        found = self._known.get(key)
        if found is None:
            spans = buckets(self._civil, self._from_ms, self._until_ms, cuts)
            found = list(expectations(key[0], self._plan_of, spans, FOREVER_MS))
            self._known[key] = found
        return found

    def _clipped(self, tenures: Sequence[Tenure]) -> Iterator[Tenure]:
        """What the day sees of them; no slot that begins in it is longer than an hour."""
        end_ms = self._until_ms + HOUR_MS
        for one in tenures:
            until_ms = FOREVER_MS if one.until_ms is None else one.until_ms
            if one.from_ms < self._until_ms and until_ms > self._from_ms:
                from_ms = max(one.from_ms, self._from_ms)
                yield replace(one, from_ms=from_ms, until_ms=min(until_ms, end_ms))
