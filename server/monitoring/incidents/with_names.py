"""Incidents with the names of their places, for messages, sheets and lists."""

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
    """An incident with the names of its screen, venue, line and unit; "" if absent.

    The unit is the one currently in charge: a venue may have moved to another unit.
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
        """The screen's place for people: vehicle or venue, and the screen's name there."""
        place = self.vehicle or self.venue or self.unit
        return f"{place} {self.screen}".strip()


def named(session: Session, numbers: Iterable[int]) -> list[Named]:
    """Incidents by number, longest first; deleted ones are left out."""
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
    """The text in one line: a line break in a name would end a subject, or fake lines."""
    return " ".join((text or "").split())
