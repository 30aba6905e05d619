"""Operating hours of thousands of screens at once, computed once per distinct place."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from playlists.windows import Span
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue
from server.monitoring.duty.operating_hours import operating_of

FEW = 1000


def operating_alike(
    session: Session, screens: Collection[int], from_s: int, until_s: int
) -> Mapping[int, tuple[Span, ...]]:
    """As `operating_of`; inputs are compared in stored form and parsed once."""
    firsts: dict[tuple[Any, ...], int] = {}
    first_of = {screen: firsts.setdefault(key, screen) for screen, key in _keys(session, screens)}
    found = operating_of(session, set(firsts.values()), from_s, until_s)
    return {screen: found[first] for screen, first in first_of.items() if first in found}


def _keys(session: Session, screens: Collection[int]) -> list[tuple[int, tuple[Any, ...]]]:
    wanted = set(screens)
    query = select(
        Screen.id,
        Venue.kind,
        Venue.timezone,
        cast(Venue.hours, String),
        cast(Venue.closed_dates, String),
        cast(Venue.extra_hours, String),
        Venue.line_id,
        Venue.vehicle,
    ).join(Venue, Screen.venue_id == Venue.id)
    if len(wanted) <= FEW:
        query = query.where(Screen.id.in_(wanted))
    return [(row[0], tuple(row[1:])) for row in session.execute(query) if row[0] in wanted]
