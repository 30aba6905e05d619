"""For how long screens were meant to show anything, by their venues' opening hours of today."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from playlists.windows import DayCalendar, VenueHours, opening_spans, total_ms
from server.campaigns.venue_hours import hours_key, venue_hours
from server.playback.civil import Civil


class VenueTimes(NamedTuple):
    """What a venue's opening hours are made of, as the API has it."""

    timezone: str
    hours: Mapping[str, Sequence[Sequence[str]]]
    closed_dates: Sequence[str]
    extra_hours: Mapping[str, Sequence[Sequence[str]]]
    own_share: float = 0.0


class VenueKeys:
    """Which venues are open at the same times: what is counted for one holds for all of them."""

    def __init__(self, venues: Mapping[int, VenueTimes]) -> None:
        self.of = {number: hours_key(venue) for number, venue in venues.items()}
        examples = {self.of[number]: venue for number, venue in venues.items()}
        self.hours: Mapping[str, VenueHours] = {
            key: venue_hours(venue, DayCalendar()) for key, venue in examples.items()
        }


class OpenTime:
    """Opening hours over some days of the district (a range of ordinals)."""

    def __init__(self, keys: VenueKeys, civil: Civil, days: range) -> None:
        self._keys = keys
        self._civil = civil
        self._days = days
        self._known: dict[tuple[str, int], int] = {}

    def within(self, venue: int, bits: int, low_ms: int, high_ms: int) -> int:
        """The open ms within [low, high) of the days whose bits are set; 0 for one unknown."""
        key = self._keys.of.get(venue)
        if key is None or low_ms >= high_ms:
            return 0
        first = bisect_left(self._edges, low_ms)
        last = bisect_right(self._edges, high_ms) - 1
        if last < first:
            return self._between(key, bits, first - 1, low_ms, high_ms)
        whole = bits & ((1 << last) - 1) & ~((1 << first) - 1)
        if (key, whole) not in self._known:
            self._known[key, whole] = self._whole(key, whole)
        total = self._known[key, whole]
        if first > 0:
            total += self._between(key, bits, first - 1, low_ms, self._edges[first])
        return total + self._between(key, bits, last, self._edges[max(last, 0)], high_ms)

    @cached_property
    def _edges(self) -> list[int]:
        """The midnights between which the days lie."""
        return [self._civil.start_of(day) for day in range(self._days.start, self._days.stop + 1)]

    def _whole(self, key: str, bits: int) -> int:
        numbers = (number for number in range(len(self._days)) if bits >> number & 1)
        return sum(
            self._between(key, bits, number, self._edges[number], self._edges[number + 1])
            for number in numbers
        )

    def _between(self, key: str, bits: int, number: int, low_ms: int, high_ms: int) -> int:
        """Of a part of one day, if its bit is set."""
        if not 0 <= number < len(self._days) or not bits >> number & 1 or low_ms >= high_ms:
            return 0
        return total_ms(opening_spans(self._keys.hours[key], low_ms, high_ms))
