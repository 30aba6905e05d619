"""Splits a campaign into phases of whole days, where an asset expires or an hour ends it.

The planner only has dates and day parts. An urgent campaign that ends at 15:20, and an asset that
expires within the campaign, become several orders with the same id whose dates don't overlap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from playlists.windows import WEEKDAYS, ClockRange, DayPart

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Phase:
    """Days (both inclusive) with the places of the items that are shown then."""

    starts_on: date
    ends_on: date
    items: tuple[int, ...]
    dayparts: tuple[DayPart, ...]


def phases(
    days: tuple[date, date],
    dayparts: tuple[DayPart, ...],
    expiries: Sequence[date | None],
    end: datetime | None = None,
) -> list[Phase]:
    """Cut the days (first and last); `expiries` are the last days of the items, in their order.

    `end` is an instant in the venue's zone after which nothing is shown; day parts aren't
    combined with it.
    """
    first, last = days
    if end is None:
        return _by_expiry(first, last, dayparts, expiries)
    minutes = end.hour * 60 + end.minute
    if last < end.date():
        return _by_expiry(first, last, dayparts, expiries)
    whole = _by_expiry(first, end.date() - ONE_DAY, dayparts, expiries)
    if minutes == 0 or first > end.date():
        return whole
    part = DayPart(days=WEEKDAYS, hours=ClockRange(0, minutes))
    return whole + _by_expiry(end.date(), end.date(), (part,), expiries)


def _by_expiry(
    first: date, last: date, dayparts: tuple[DayPart, ...], expiries: Sequence[date | None]
) -> list[Phase]:
    ends = {day for day in expiries if day is not None and first <= day < last}
    found = []
    for end in sorted({*ends, last}):
        items = tuple(i for i, day in enumerate(expiries) if day is None or day >= end)
        if items and first <= end:
            found.append(Phase(first, end, items, dayparts))
        first = end + ONE_DAY
    return found
