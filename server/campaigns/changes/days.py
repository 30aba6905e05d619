"""The days on which a campaign runs, and the difference of two versions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter
from typing import Any, Final, Literal

from playlists.windows import ClockRange, DayCalendar
from server.campaigns.content import Content, day_parts

DayKind = Literal["added", "removed", "changed", "kept"]
Ranges = tuple[ClockRange, ...]
"""The hours of one day; an empty tuple means all opening hours."""

MOST_DAYS: Final = 731
IN_ORDER: Final = attrgetter("from_min", "until_min")


@dataclass(frozen=True)
class DayChange:
    """One day on which either of two versions runs; the hours of both, None where it doesn't."""

    day: date
    before: Ranges | None
    after: Ranges | None

    @property
    def kind(self) -> DayKind:
        """The change of that day."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "kept" if self.before == self.after else "changed"


def runs(content: Content, calendar: DayCalendar, first: date, last: date) -> dict[date, Ranges]:
    """The days within two dates on which it runs, each with its hours."""
    parts = day_parts(content.dayparts)
    found: dict[date, Ranges] = {}
    for day in _days(max(first, content.starts_on), min(last, content.ends_on)):
        ranges = tuple(
            sorted({part.hours for part in parts if part.begins_on(day, calendar)}, key=IN_ORDER)
        )
        if ranges or not parts:
            found[day] = ranges
    return found


def compare(
    before: Content | None, after: Content, calendar: DayCalendar, today: date
) -> list[DayChange]:
    """All days from today on that either has, at most two years ahead."""
    contents = [after] if before is None else [before, after]
    first = max(today, min(one.starts_on for one in contents))
    last = min(max(one.ends_on for one in contents), first + timedelta(days=MOST_DAYS - 1))
    new = runs(after, calendar, first, last)
    old = {} if before is None else runs(before, calendar, first, last)
    return [DayChange(day, old.get(day), new.get(day)) for day in sorted({*old, *new})]


def as_json(days: Iterable[DayChange]) -> dict[str, Any]:
    """Counts, and stretches of days that change, as the API answers them."""
    every = list(days)
    return {
        "days_before": sum(one.before is not None for one in every),
        "days": sum(one.after is not None for one in every),
        **{
            kind: stretches(one.day for one in every if one.kind == kind)
            for kind in ("added", "removed", "changed")
        },
    }


def stretches(days: Iterable[date]) -> list[Mapping[str, str]]:
    """Days in order as first and last day of each row of days without a gap."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and day == found[-1][1] + timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return [{"from": low.isoformat(), "until": high.isoformat()} for low, high in found]


def hours_text(ranges: Ranges) -> str:
    """08:00–12:00, 14:00–20:00; empty for all opening hours."""
    return ", ".join(f"{_clock(one.from_min)}–{_clock(one.until_min)}" for one in ranges)


def _clock(minutes: int) -> str:
    if minutes > 24 * 60:
        minutes -= 24 * 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)
