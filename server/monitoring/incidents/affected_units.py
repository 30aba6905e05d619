"""Which units an incident concerns: that of its venue as it is now, all that a shared one hit."""

from typing import Final

from sqlalchemy import ColumnElement, String, and_, cast, false, or_
from sqlalchemy.orm import Session

from server.accounts.models import Unit
from server.inventory.venues.models import Venue
from server.monitoring.incidents.models import Incident

PATHS: Final = "paths"
"""Among the facts of a shared cause: the paths of the units whose screens went with it."""


def path_of(session: Session, row: Incident) -> str:
    """The path of the unit that looks after an incident now: a venue may have moved to another."""
    venue = None if row.venue_id is None else session.get(Venue, row.venue_id)
    return venue.unit.path if venue is not None else session.get_one(Unit, row.unit_id).path


def paths_of(session: Session, row: Incident) -> tuple[str, ...]:
    """The paths of all units whose people should know of it."""
    return (path_of(session, row), *hit_paths(row))


def hit_paths(row: Incident) -> tuple[str, ...]:
    """Of a shared cause, the paths of the units whose screens went with it."""
    return tuple(row.facts.get(PATHS, ()))


def hits_below(roots: tuple[str, ...]) -> ColumnElement[bool]:
    """SQL for "a shared cause took screens below one of these paths"."""
    text = cast(Incident.facts, String)
    named = (text.contains(f'"{root}', autoescape=True) for root in roots)
    return and_(Incident.screen_id.is_(None), or_(false(), *named))
