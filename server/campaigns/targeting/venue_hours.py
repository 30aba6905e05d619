"""A screen's facts as the planner takes them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol

from playlists.windows import DayCalendar, VenueHours, clock_ranges, weekly_hours


class Hours(Protocol):
    """When a venue is open, as the API has it; ScreenFacts have that too."""

    @property
    def timezone(self) -> str: ...
    @property
    def hours(self) -> Mapping[str, Sequence[Sequence[str]]]: ...
    @property
    def closed_dates(self) -> Sequence[str]: ...
    @property
    def extra_hours(self) -> Mapping[str, Sequence[Sequence[str]]]: ...
    @property
    def own_share(self) -> float: ...


def venue_hours(facts: Hours, calendar: DayCalendar) -> VenueHours:
    """Opening hours, closed days and own share of a venue, or of a screen's."""
    return VenueHours(
        timezone=facts.timezone,
        weekly=weekly_hours(facts.hours),
        closed=frozenset(date.fromisoformat(day) for day in facts.closed_dates),
        extra={
            date.fromisoformat(day): clock_ranges(ranges, f"/extra_hours/{day}")
            for day, ranges in facts.extra_hours.items()
        },
        calendar=calendar,
        own_share=facts.own_share,
    )


def alike(screens: Iterable[Hours], calendar: DayCalendar) -> Iterator[tuple[VenueHours, int]]:
    """The opening hours of screens, each with how many of them have the same."""
    found: defaultdict[str, list[Hours]] = defaultdict(list)
    for one in screens:
        found[hours_key(one)].append(one)
    for same in found.values():
        yield venue_hours(same[0], calendar), len(same)


def hours_key(facts: Hours) -> str:
    """Equal for screens and venues that are open at the same times."""
    parts = [
        facts.timezone,
        facts.hours,
        facts.closed_dates,
        facts.extra_hours,
    ]
    return json.dumps(parts, sort_keys=True)
