"""When a screen may download media, where volume costs (docs/protocol.md, part 2)."""

from collections.abc import Mapping
from typing import Any

from playlists.windows import VenueHours, opening_spans, weekly_hours
from server.inventory.screens.facts import ScreenFacts

WEEK = tuple(str(day) for day in range(1, 8))


def allowance(facts: ScreenFacts) -> dict[str, Any] | None:
    """The venue's download rules: names of networks, hours by weekday, and their time zone.

    None where downloads cost nothing.
    """
    if not facts.metered:
        return None
    hours = facts.metered.get("hours") or {}
    weekly = hours if isinstance(hours, Mapping) else dict.fromkeys(WEEK, hours)
    networks = list(facts.metered.get("networks") or ())
    return {"networks": networks, "hours": dict(weekly), "timezone": facts.timezone}


def windows_of(
    allowed: Mapping[str, Any] | None, from_ms: int, until_ms: int
) -> dict[str, Any] | None:
    """The allowance with its hours as spans of ms UTC, so that players need no time zones."""
    if allowed is None:
        return None
    venue = VenueHours(allowed["timezone"], weekly_hours(allowed["hours"]))
    spans = opening_spans(venue, from_ms, until_ms)
    return {"networks": allowed["networks"], "hours": [list(span) for span in spans]}
