"""When a venue is open and a day part runs: wall-clock rules turned into stretches of UTC."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from playlists.errors import InvalidRequest

HOUR_MS = 3_600_000
DAY_MINUTES = 24 * 60
WEEKDAYS = frozenset(range(1, 8))
_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")

Span = tuple[int, int]
"""A stretch [from, until) in ms since 1970 UTC."""


@dataclass(frozen=True, slots=True)
class ClockRange:
    """From one wall-clock time to another, in minutes since the midnight of the day it begins.

    `until_min` is above 24 x 60 when the range goes on past midnight.
    """

    from_min: int
    until_min: int


@dataclass(frozen=True, slots=True)
class DayCalendar:
    """Public holidays, and days off that are worked instead (make-up workdays)."""

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Whether it is a working day: Monday to Friday unless the calendar has the day."""
        return day in self.workdays or (day not in self.holidays and day.isoweekday() <= 5)


@dataclass(frozen=True, slots=True)
class VenueHours:
    """The hours in which a venue's screens show content.

    `weekly` maps ISO weekdays (1 is Monday) to ranges. A closed date has none of them; ranges in
    `extra` are added on their date, closed or not. `own_share` is the part of each loop that the
    venue keeps for its own content.
    """

    timezone: str
    weekly: Mapping[int, tuple[ClockRange, ...]]
    closed: frozenset[date] = frozenset()
    extra: Mapping[date, tuple[ClockRange, ...]] = field(default_factory=dict)
    calendar: DayCalendar = DayCalendar()
    own_share: float = 0.0

    def zone(self) -> ZoneInfo:
        """The venue's time zone."""
        return ZoneInfo(self.timezone)

    def ranges(self, day: date) -> tuple[ClockRange, ...]:
        """The opening ranges that begin on that day."""
        weekly = () if day in self.closed else self.weekly.get(day.isoweekday(), ())
        return (*weekly, *self.extra.get(day, ()))


@dataclass(frozen=True, slots=True)
class DayPart:
    """A range on some weekdays; `calendar` is "all", "workdays" or "holidays".

    With "workdays" a make-up workday counts whatever its weekday, and a public holiday doesn't;
    with "holidays" a public holiday counts whatever its weekday, and no workday does.
    """

    days: frozenset[int]
    hours: ClockRange
    calendar: str = "all"

    def begins_on(self, day: date, calendar: DayCalendar) -> bool:
        """Whether the range runs from that day."""
        usual = day.isoweekday() in self.days
        if self.calendar == "workdays":
            return calendar.is_workday(day) and (usual or day in calendar.workdays)
        if self.calendar == "holidays":
            return not calendar.is_workday(day) and (usual or day in calendar.holidays)
        return usual


def clock_range(from_text: str, until_text: str, pointer: str = "") -> ClockRange:
    """Read a range such as 08:00-20:00; 18:00-02:00 goes past midnight, 24:00 may be an end."""
    from_min = _minutes(from_text, f"{pointer}/0")
    until_min = _minutes(until_text, f"{pointer}/1")
    if from_min >= DAY_MINUTES:
        raise InvalidRequest(f"{pointer}/0", "a range begins before 24:00; write 00:00")
    if from_min == until_min:
        raise InvalidRequest(pointer, "a range needs a length; for the whole day write 00:00-24:00")
    return ClockRange(from_min, until_min if until_min > from_min else until_min + DAY_MINUTES)


def weekly_hours(hours: Mapping[str, Sequence[Sequence[str]]]) -> dict[int, tuple[ClockRange, ...]]:
    """Read opening hours as the API has them: {"1": [["08:00", "20:00"]], ...}, 1 is Monday."""
    weekly: dict[int, tuple[ClockRange, ...]] = {}
    for name, ranges in hours.items():
        if name not in {"1", "2", "3", "4", "5", "6", "7"}:
            raise InvalidRequest(f"/hours/{name}", "days are 1 (Monday) to 7 (Sunday)")
        weekly[int(name)] = clock_ranges(ranges, f"/hours/{name}")
    return weekly


def clock_ranges(ranges: Sequence[Sequence[str]], pointer: str) -> tuple[ClockRange, ...]:
    """Read a list of ranges: [["08:00", "12:00"], ["14:00", "24:00"]]."""
    read = []
    for index, pair in enumerate(ranges):
        if isinstance(pair, str) or len(pair) != 2:
            raise InvalidRequest(f"{pointer}/{index}", 'give two times, as in ["08:00", "20:00"]')
        read.append(clock_range(pair[0], pair[1], f"{pointer}/{index}"))
    return tuple(read)


@lru_cache(maxsize=8192)
def instant_ms(zone: ZoneInfo, day: date, minutes: int) -> int:
    """The instant of a wall-clock time, `minutes` after that day's midnight on the clock.

    Each time is turned into UTC on its own, so a day of 23 or 25 hours is no special case. A time
    that the clock skips is read with the offset before the jump, one shown twice as the first.
    """
    whole_days, rest = divmod(minutes, DAY_MINUTES)
    later = day + timedelta(days=whole_days)
    local = datetime(later.year, later.month, later.day, rest // 60, rest % 60, tzinfo=zone)
    return round(local.astimezone(UTC).timestamp()) * 1000


def local_date(zone: ZoneInfo, at_ms: int) -> date:
    """The calendar day in that zone at an instant."""
    return datetime.fromtimestamp(at_ms / 1000, zone).date()


def full_hour_before(zone: ZoneInfo, at_ms: int) -> int:
    """The last instant at or before `at_ms` at which the zone's clocks show a full hour."""
    offset = datetime.fromtimestamp(at_ms // 1000, zone).utcoffset() or timedelta()
    offset_ms = round(offset.total_seconds()) * 1000
    return (at_ms + offset_ms) // HOUR_MS * HOUR_MS - offset_ms


def opening_spans(venue: VenueHours, from_ms: int, until_ms: int) -> list[Span]:
    """The stretches of [from_ms, until_ms) in which the venue is open, sorted and disjoint."""
    zone = venue.zone()
    spans = [
        _span(zone, day, hours)
        for day in _days(zone, from_ms, until_ms)
        for hours in venue.ranges(day)
    ]
    return clip(union(spans), from_ms, until_ms)


def daypart_spans(
    parts: Sequence[DayPart], venue: VenueHours, from_ms: int, until_ms: int
) -> list[Span]:
    """The stretches in which one of the day parts runs; without day parts, all of the time."""
    if not parts:
        return [(from_ms, until_ms)]
    zone = venue.zone()
    spans = [
        _span(zone, day, part.hours)
        for day in _days(zone, from_ms, until_ms)
        for part in parts
        if part.begins_on(day, venue.calendar)
    ]
    return clip(union(spans), from_ms, until_ms)


def date_span(zone: ZoneInfo, starts_on: date, ends_on: date) -> Span:
    """From the first day's midnight to the end of the last day, in that zone."""
    return instant_ms(zone, starts_on, 0), instant_ms(zone, ends_on, DAY_MINUTES)


def day_span(zone: ZoneInfo, at_ms: int) -> Span:
    """The calendar day around an instant."""
    day = local_date(zone, at_ms)
    return date_span(zone, day, day)


def union(spans: Iterable[Span]) -> list[Span]:
    """The same time as sorted, disjoint stretches; those that touch become one."""
    merged: list[Span] = []
    for low, high in sorted(spans):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        elif low < high:
            merged.append((low, high))
    return merged


def intersect(left: Sequence[Span], right: Sequence[Span]) -> list[Span]:
    """The time that two sorted, disjoint lists have in common."""
    common: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        low, high = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if low < high:
            common.append((low, high))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return common


def subtract(left: Sequence[Span], right: Sequence[Span]) -> list[Span]:
    """The time of `left` that isn't in `right`; both sorted and disjoint."""
    rest: list[Span] = []
    j = 0
    for low, high in left:
        while j < len(right) and right[j][1] <= low:
            j += 1
        since, k = low, j
        while k < len(right) and right[k][0] < high:
            if since < right[k][0]:
                rest.append((since, right[k][0]))
            since = max(since, right[k][1])
            k += 1
        if since < high:
            rest.append((since, high))
    return rest


def clip(spans: Sequence[Span], from_ms: int, until_ms: int) -> list[Span]:
    """The parts of the spans within [from_ms, until_ms)."""
    return intersect(spans, [(from_ms, until_ms)])


def total_ms(spans: Iterable[Span]) -> int:
    """The total length of the spans."""
    return sum(high - low for low, high in spans)


def _minutes(text: str, pointer: str) -> int:
    match = _CLOCK.fullmatch(text) if isinstance(text, str) else None
    minutes = int(match[1]) * 60 + int(match[2]) if match else DAY_MINUTES + 1
    if minutes > DAY_MINUTES:
        raise InvalidRequest(pointer, "write a time as HH:MM, from 00:00 to 24:00")
    return minutes


def _days(zone: ZoneInfo, from_ms: int, until_ms: int) -> list[date]:
    """Each day whose ranges may reach into the time: one earlier, for those past midnight."""
    first = local_date(zone, from_ms) - timedelta(days=1)
    count = (local_date(zone, until_ms) - first).days + 1
    return [first + timedelta(days=number) for number in range(count)]


def _span(zone: ZoneInfo, day: date, hours: ClockRange) -> Span:
    return instant_ms(zone, day, hours.from_min), instant_ms(zone, day, hours.until_min)
