"""Periods of the calendar: a day, a week from Monday, a month; and when each is due."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

Kind = Literal["daily", "weekly", "monthly"]
DAY: Final = timedelta(days=1)


class Period(NamedTuple):
    """Days, both inclusive."""

    first: date
    last: date


def period_of(kind: str, day: date) -> Period:
    """The period that contains a day."""
    if kind == "daily":
        return Period(day, day)
    if kind == "weekly":
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6))
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=32)).replace(day=1) - DAY)


def after(kind: str, period: Period) -> Period:
    """The period that follows."""
    return period_of(kind, period.last + DAY)


def due_ms(period: Period, hour: int, zone: ZoneInfo) -> int:
    """When the report of a period is made: at an hour of the day after, ms since 1970 UTC."""
    day = period.last + DAY
    return round(datetime(day.year, day.month, day.day, hour, tzinfo=zone).timestamp() * 1000)


def due_since(kind: str, first: date, hour: int, zone: ZoneInfo, now_ms: int) -> Iterator[Period]:
    """The due periods, starting with the one that begins on `first`."""
    period = period_of(kind, first)
    while due_ms(period, hour, zone) <= now_ms:
        yield period
        period = after(kind, period)
