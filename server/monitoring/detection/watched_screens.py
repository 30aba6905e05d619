"""The district's screens with the attributes that detection needs."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import Unit
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue
from server.monitoring.duty.operating_hours import graces


@dataclass(frozen=True, slots=True)
class Watched:
    """A screen that was ever bound: its place, and the grace of its heartbeats."""

    screen: int
    venue: int
    line: int | None
    unit: int
    unit_path: str
    grace_s: int
    retired: bool


def watched(session: Session) -> Mapping[int, Watched]:
    """All screens that were ever bound to a player, also those taken out of use since."""
    grace = graces(session)
    query = (
        select(
            Screen.id,
            Screen.venue_id,
            Venue.line_id,
            Venue.unit_id,
            Unit.path,
            Screen.retired_at,
            Screen.revoked_at,
        )
        .join(Venue, Screen.venue_id == Venue.id)
        .join(Unit, Venue.unit_id == Unit.id)
        .where(Screen.enrolled_at.is_not(None))
    )
    return {
        row[0]: Watched(*row[:5], grace[row[0]], row[5] is not None or row[6] is not None)
        for row in session.execute(query)
    }
