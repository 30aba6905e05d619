"""Civil days and hours of the district: a day by its ordinal, an hour by its index in the day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from server.foundation.durations import HOUR_MS
from server.foundation.errors import Invalid
from server.foundation.i18n import Sentence

LATE_DAYS: Final = 30
"""Days after its last day when a month is frozen; later arrivals are adjustments."""

LONGEST_DAYS: Final = 800
LAST_YEAR: Final = 9000
BACKWARDS: Final = Sentence("结束日期不能早于开始日期。", "`to` must not be before `from`.")
TOO_LONG: Final = Sentence("一次最多 800 天，请分段查询。", "At most 800 days at a time.")


def check_period(first: date, last: date) -> None:
    """Refuse days, both inclusive, that nobody reports on. Raises Invalid."""
    days = (last - first).days
    if days < 0:
        raise Invalid.at("/to", BACKWARDS)
    if days > LONGEST_DAYS or last.year > LAST_YEAR:
        raise Invalid.at("/to", TOO_LONG)


@dataclass(frozen=True)
class Civil:
    """Converts instants to civil days; a day with a clock change has 23 or 25 hours."""

    zone: ZoneInfo

    def day_of(self, at_ms: int) -> int:
        """The ordinal (`date.toordinal`) of the day that holds an instant."""
        return datetime.fromtimestamp(at_ms / 1000, self.zone).toordinal()

    def start_of(self, day: int) -> int:
        """The first instant of a day, ms since 1970 UTC."""
        first = date.fromordinal(day)
        midnight = datetime(first.year, first.month, first.day, tzinfo=self.zone)
        return round(midnight.timestamp() * 1000)

    def days(self, from_ms: int, until_ms: int) -> Iterator[tuple[int, int, int]]:
        """Each day that overlaps [from_ms, until_ms): ordinal, first instant, last instant + 1."""
        day = self.day_of(from_ms)
        start_ms = self.start_of(day)
        while start_ms < until_ms:
            end_ms = self.start_of(day + 1)
            yield day, start_ms, end_ms
            day, start_ms = day + 1, end_ms

    def frozen_from(self, day: int, late_days: int) -> int:
        """The instant (ms) when a day's month is frozen: `late_days` after the month's end."""
        first = date.fromordinal(day).replace(day=1)
        next_month = (first + timedelta(days=32)).replace(day=1)
        return self.start_of(next_month.toordinal() + late_days)

    def open_since(self, now_ms: int, late_days: int) -> int:
        """The start of the first month that isn't frozen, ms."""
        first = date.fromordinal(self.day_of(now_ms) - late_days).replace(day=1)
        while self.frozen_from((first - timedelta(days=1)).toordinal(), late_days) > now_ms:
            first = (first - timedelta(days=1)).replace(day=1)
        while self.frozen_from(first.toordinal(), late_days) <= now_ms:
            first = (first + timedelta(days=32)).replace(day=1)
        return self.start_of(first.toordinal())


class DayFinder:
    """Finds day and hour of many instants that are close together, by caching the last day."""

    def __init__(self, civil: Civil) -> None:
        self._civil = civil
        self._day = 0
        self._start_ms = 0
        self._end_ms = 0

    def find(self, at_ms: int) -> tuple[int, int]:
        """Day and hour of an instant."""
        if not self._start_ms <= at_ms < self._end_ms:
            self._day = self._civil.day_of(at_ms)
            self._start_ms = self._civil.start_of(self._day)
            self._end_ms = self._civil.start_of(self._day + 1)
        return self._day, (at_ms - self._start_ms) // HOUR_MS

    def hour(self, at_ms: int) -> range:
        """The hour that contains an instant, as a range of ms."""
        _, hour = self.find(at_ms)
        start_ms = self._start_ms + hour * HOUR_MS
        return range(start_ms, min(start_ms + HOUR_MS, self._end_ms))
