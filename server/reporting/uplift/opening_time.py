"""How long screens were scheduled to play, by the plans that they had at the time.

A change of opening hours today doesn't change the past. A screen without a plan was not open.
"""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Final

from playlists.windows import Span, union
from server.foundation.civil_time import Civil
from server.playlog.store.booked_tenures import FOREVER_MS
from server.playlog.store.transaction import Tx
from server.reporting.delivery.expected.tenure_cache import TenureBook, Tenures
from server.reporting.delivery.expected.watermarks import Watermark

MOST_SHARED: Final = 5_000
SpansOf = Callable[[Sequence[str]], Mapping[str, Sequence[Span]]]
"""By digest, when the plans of some manifests have their screen open; unknown ones are left out."""


class OpenLine:
    """When a screen was open: stretches in order of time, with how long those before them were."""

    def __init__(self, spans: Iterable[Span]) -> None:
        whole = union(spans)
        self._starts = array("q", (start for start, _ in whole))
        self._ends = array("q", (end for _, end in whole))
        self._before = array("q")
        total_ms = 0
        for start, end in whole:
            self._before.append(total_ms)
            total_ms += end - start

    def between(self, from_ms: int, until_ms: int) -> int:
        """The open ms in [from, until)."""
        return self._up_to(until_ms) - self._up_to(from_ms) if from_ms < until_ms else 0

    def within(self, from_ms: int, until_ms: int) -> Iterator[Span]:
        """The open stretches of [from, until)."""
        for place in range(bisect_right(self._ends, from_ms), len(self._starts)):
            low_ms, high_ms = max(self._starts[place], from_ms), min(self._ends[place], until_ms)
            if low_ms >= high_ms:
                return
            yield low_ms, high_ms

    def _up_to(self, at_ms: int) -> int:
        place = bisect_right(self._starts, at_ms) - 1
        if place < 0:
            return 0
        return self._before[place] + min(at_ms, self._ends[place]) - self._starts[place]


class OpenLines:
    """The lines of screens, remembered; screens that had the same plans share one."""

    def __init__(self) -> None:
        self._book = TenureBook()
        self._plans: dict[str, OpenLine] = {}
        self._shared: dict[Tenures, OpenLine] = {}
        self._cached: dict[int, tuple[Tenures, OpenLine]] = {}

    def of(
        self, tx: Tx, progress: Mapping[int, Watermark], since_ms: int, spans_of: SpansOf
    ) -> Mapping[int, OpenLine]:
        """The opening times by screen, since an instant at least, of the screens in `progress`."""
        tenures = self._book.of(tx, progress, since_ms)
        fresh = {screen: mine for screen, mine in tenures.items() if self._is_new(screen, mine)}
        self._read(fresh.values(), spans_of)
        for screen, mine in fresh.items():
            self._cached[screen] = (mine, self._line(mine))
        return {screen: self._cached[screen][1] for screen in tenures}

    def _is_new(self, screen: int, tenures: Tenures) -> bool:
        cached = self._cached.get(screen)
        return cached is None or (cached[0] is not tenures and cached[0] != tenures)

    def _read(self, fresh: Iterable[Tenures], spans_of: SpansOf) -> None:
        digests = {tenure.manifest for mine in fresh for tenure in mine}
        unknown = sorted(digests - self._plans.keys())
        found = spans_of(unknown) if unknown else {}
        for digest in unknown:
            self._plans[digest] = OpenLine(found.get(digest, ()))

    def _line(self, tenures: Tenures) -> OpenLine:
        if len(self._shared) > MOST_SHARED:
            self._shared.clear()
        line = self._shared.get(tenures)
        if line is None:
            line = self._shared[tenures] = OpenLine(self._spans(tenures))
        return line

    def _spans(self, tenures: Tenures) -> Iterable[Span]:
        for tenure in tenures:
            end_ms = FOREVER_MS if tenure.until_ms is None else tenure.until_ms
            yield from self._plans[tenure.manifest].within(tenure.from_ms, end_ms)


class OpenTime:
    """Open time over some days of the district (a range of ordinals)."""

    def __init__(self, lines: Mapping[int, OpenLine], civil: Civil, days: range) -> None:
        self._lines = lines
        self._civil = civil
        self._days = days

    def within(self, screen: int, bits: int, low_ms: int, high_ms: int) -> int:
        """The open ms within [low, high) of the days whose bits are set; 0 for one unknown."""
        line = self._lines.get(screen)
        if line is None:
            return 0
        return sum(
            line.between(max(low_ms, self._edges[first]), min(high_ms, self._edges[last]))
            for first, last in _runs(bits)
        )

    @cached_property
    def _edges(self) -> list[int]:
        """The midnights that delimit the days."""
        return [self._civil.start_of(day) for day in range(self._days.start, self._days.stop + 1)]


@lru_cache(maxsize=5_000)
def _runs(bits: int) -> tuple[tuple[int, int], ...]:
    """The stretches of set bits, as numbers [first, last)."""
    found, place = [], 0
    while bits:
        empty = (bits & -bits).bit_length() - 1
        bits >>= empty
        full = (~bits & (bits + 1)).bit_length() - 1
        bits >>= full
        found.append((place + empty, place + empty + full))
        place += empty + full
    return tuple(found)
