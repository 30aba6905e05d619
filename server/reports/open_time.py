"""For how long screens were meant to show anything, by their venues' opening hours of today."""

from collections.abc import Mapping, Sequence
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


class OpenTime:
    """Opening hours by venue and day of the district; those of alike venues are counted once."""

    def __init__(self, venues: Mapping[int, VenueTimes], civil: Civil) -> None:
        self._civil = civil
        self._keys = {number: hours_key(venue) for number, venue in venues.items()}
        self._hours: dict[str, VenueHours] = {}
        for number, venue in venues.items():
            if self._keys[number] not in self._hours:
                self._hours[self._keys[number]] = venue_hours(venue, DayCalendar())
        self._days: dict[tuple[str, int], int] = {}
        self._starts: dict[int, int] = {}

    def of_day(self, venue: int, day: int, low_ms: int, high_ms: int) -> int:
        """The open ms of a venue's day (by its ordinal) within [low, high); 0 for one unknown."""
        key = self._keys.get(venue)
        if key is None:
            return 0
        start_ms, end_ms = self._start_of(day), self._start_of(day + 1)
        if low_ms > start_ms or high_ms < end_ms:
            return self._between(key, max(low_ms, start_ms), min(high_ms, end_ms))
        if (key, day) not in self._days:
            self._days[key, day] = self._between(key, start_ms, end_ms)
        return self._days[key, day]

    def _between(self, key: str, low_ms: int, high_ms: int) -> int:
        if low_ms >= high_ms:
            return 0
        return total_ms(opening_spans(self._hours[key], low_ms, high_ms))

    def _start_of(self, day: int) -> int:
        if day not in self._starts:
            self._starts[day] = self._civil.start_of(day)
        return self._starts[day]
