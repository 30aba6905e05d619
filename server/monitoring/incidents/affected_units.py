"""The units affected by an incident: its venue's current unit, or all of a mass outage."""

from typing import Final

from sqlalchemy import ColumnElement, String, and_, cast, false, or_
from sqlalchemy.orm import Session

from server.accounts.models import Unit
from server.inventory.venues.models import Venue
from server.monitoring.incidents.models import Incident

PATHS: Final = "paths"
"""Key in the facts of a shared cause: paths of the units with affected screens."""


def path_of(session: Session, row: Incident) -> str:
    """The path of the unit in charge now: a venue may have moved to another unit."""
    venue = None if row.venue_id is None else session.get(Venue, row.venue_id)
    return venue.unit.path if venue is not None else session.get_one(Unit, row.unit_id).path


def paths_of(session: Session, row: Incident) -> tuple[str, ...]:
    """The paths of all units to be notified."""
    return (path_of(session, row), *hit_paths(row))


def hit_paths(row: Incident) -> tuple[str, ...]:
    """For a shared cause, the paths of the units with affected screens."""
    return tuple(row.facts.get(PATHS, ()))


def hits_below(roots: tuple[str, ...]) -> ColumnElement[bool]:
    """SQL condition: a shared cause affects screens below one of these paths."""
    text = cast(Incident.facts, String)
    named = (text.contains(f'"{root}', autoescape=True) for root in roots)
    return and_(Incident.screen_id.is_(None), or_(false(), *named))
