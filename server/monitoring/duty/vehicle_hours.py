"""A vehicle's hours from its line and daily rosters, with engine stops at a terminus."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.windows import DAY_MINUTES, WEEKDAYS, ClockRange, VenueHours, clock_ranges
from server.inventory.venues.fields.opening_hours import minutes_of
from server.monitoring.duty.models import RosterDay, RosteredVehicle

Days = Mapping[date, tuple[ClockRange, ...]]


@dataclass(frozen=True, slots=True)
class Rosters:
    """Rosters of some dates: the days on which a line has one, and the duties by vehicle."""

    days: Mapping[int, frozenset[date]] = field(default_factory=dict)
    duties: Mapping[int, Days] = field(default_factory=dict)

    def of(self, line: int | None, venue: int) -> Days:
        """A vehicle's service on each day with a roster; empty where it doesn't run."""
        own = self.duties.get(venue, {})
        rostered_days = self.days.get(line, frozenset()) if line is not None else frozenset()
        return {**dict.fromkeys(rostered_days, ()), **own}


def read_rosters(session: Session, first: date, last: date) -> Rosters:
    """The rosters of the days first..last."""
    days: defaultdict[int, set[date]] = defaultdict(set)
    query = select(RosterDay.line_id, RosterDay.day)
    for line, day in session.execute(query.where(RosterDay.day >= first, RosterDay.day <= last)):
        days[line].add(day)
    duties: defaultdict[int, defaultdict[date, list[ClockRange]]]
    duties = defaultdict(lambda: defaultdict(list))
    rows = select(RosteredVehicle.venue_id, RosteredVehicle.day, RosteredVehicle.services)
    rows = rows.where(RosteredVehicle.day >= first, RosteredVehicle.day <= last)
    for venue, day, services in session.execute(rows) if days else ():
        duties[venue][day] += clock_ranges(services, "/services")
    return Rosters(
        {line: frozenset(mine) for line, mine in days.items()},
        {venue: {day: _sorted(one) for day, one in mine.items()} for venue, mine in duties.items()},
    )


def service(first: str | None, last: str | None) -> ClockRange | None:
    """From a line's first to its last service, past midnight too; None if either is missing."""
    if not first or not last:
        return None
    # The line runs daily, so 24:00 to 00:30 is the same as 00:00 to 00:30.
    begin, end = minutes_of(first) % DAY_MINUTES, minutes_of(last)
    return ClockRange(begin, end if end > begin else end + DAY_MINUTES)


def with_service(hours: VenueHours, daily: ClockRange | None) -> VenueHours:
    """The hours with a line's service every day instead of weekly ones."""
    if daily is None:
        return hours
    return VenueHours(hours.timezone, dict.fromkeys(WEEKDAYS, (daily,)), hours.closed, hours.extra)


def with_roster(hours: VenueHours, days: Days, stop_min: int) -> VenueHours:
    """The hours with rostered days instead of regular ones, short stops bridged."""
    if not days:
        return hours
    extra = {**hours.extra, **{day: bridged(ranges, stop_min) for day, ranges in days.items()}}
    return VenueHours(hours.timezone, hours.weekly, hours.closed | days.keys(), extra)


def only_stops(hours: VenueHours, days: Days, stop_min: int) -> VenueHours:
    """Only engine stops at a terminus: gaps of a day's roster shorter than `stop_min` minutes."""
    gaps = {day: gap for day, ranges in days.items() if (gap := _stops(ranges, stop_min))}
    return VenueHours(hours.timezone, {}, extra=gaps)


def bridged(ranges: Sequence[ClockRange], stop_min: int) -> tuple[ClockRange, ...]:
    """Sorted ranges with gaps shorter than `stop_min` minutes filled."""
    found: list[ClockRange] = []
    for one in ranges:
        if found and one.from_min - found[-1].until_min < stop_min:
            last = max(found[-1].until_min, one.until_min)
            found[-1] = ClockRange(found[-1].from_min, last)
        else:
            found.append(one)
    return tuple(found)


def _stops(ranges: Sequence[ClockRange], stop_min: int) -> tuple[ClockRange, ...]:
    found: list[ClockRange] = []
    until = None
    for one in ranges:
        if until is not None and 0 < one.from_min - until < stop_min:
            found.append(ClockRange(until, one.from_min))
        until = max(until or 0, one.until_min)
    return tuple(found)


def _sorted(ranges: Iterable[ClockRange]) -> tuple[ClockRange, ...]:
    return tuple(sorted(ranges, key=lambda one: (one.from_min, one.until_min)))
