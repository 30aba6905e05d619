"""A screen's facts as the planner takes them."""

import json
from datetime import date

from playlists.windows import DayCalendar, VenueHours, clock_ranges, weekly_hours
from server.screens.facts import ScreenFacts
from server.venues.models import Venue


def venue_hours(facts: ScreenFacts | Venue, calendar: DayCalendar) -> VenueHours:
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


def hours_key(facts: ScreenFacts | Venue) -> str:
    """Equal for screens and venues that are open at the same times."""
    parts = [
        facts.timezone,
        facts.hours,
        facts.closed_dates,
        facts.extra_hours,
    ]
    return json.dumps(parts, sort_keys=True)
