"""Incidents with the names of where they are, as messages, sheets and lists need them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.models import Unit
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Line, Venue
from server.monitoring.incidents.models import Incident


@dataclass(frozen=True, slots=True)
class Named:
    """An incident and what its screen, venue, line and unit are called; "" where there is none.

    The unit is the one that looks after it now: a venue may have moved to another.
    """

    incident: Incident
    unit_id: int
    screen: str
    venue: str
    address: str
    vehicle: str
    line: str
    unit: str
    contact_name: str
    contact_phone: str

    @property
    def where(self) -> str:
        """What a person calls the screen: the vehicle or the venue, and which of its screens."""
        place = self.vehicle or self.venue or self.unit
        return f"{place} {self.screen}".strip()


def named(session: Session, numbers: Iterable[int]) -> list[Named]:
    """Incidents by number, those that have gone left out; the longest ones first."""
    query = (
        select(
            Incident,
            Unit.id,
            Screen.name,
            Venue.name,
            Venue.address,
            Venue.vehicle,
            Line.name,
            Unit.name,
            Venue.contact_name,
            Venue.contact_phone,
        )
        .outerjoin(Screen, Incident.screen_id == Screen.id)
        .outerjoin(Venue, Incident.venue_id == Venue.id)
        .outerjoin(Line, Incident.line_id == Line.id)
        .join(Unit, Unit.id == func.coalesce(Venue.unit_id, Incident.unit_id))
        .where(Incident.id.in_(list(numbers)))
        .order_by(Incident.since, Incident.id)
    )
    return [Named(row[0], row[1], *map(_in_a_line, row[2:])) for row in session.execute(query)]


def _in_a_line(text: str | None) -> str:
    """As messages have it: a name with a line break would end their subject, or feign lines."""
    return " ".join((text or "").split())
