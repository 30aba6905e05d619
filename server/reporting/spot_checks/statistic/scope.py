"""The checks of a statistic: days and places, within a person's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.inventory.venues.models import Venue
from server.reporting.delivery import queries
from server.reporting.spot_checks.models import SpotCheck


@dataclass(frozen=True, slots=True)
class Question:
    """The selection of checks: days (the district's, both inclusive) and places by public id."""

    first: date
    last: date
    unit_id: str | None = None
    territory_id: str | None = None
    venue_kind: str | None = None
    venue_id: str | None = None
    screen_id: str | None = None
    line_id: str | None = None
    kind: str | None = None


def units_asked(session: Session, actor: Actor, asked: Question) -> Sequence[str]:
    """Paths of the selected units. Raises NotFound."""
    if asked.unit_id is None:
        return actor.roots(queries.READ)
    return [queries.unit_path(session, actor, asked.unit_id)]


def conditions(session: Session, actor: Actor, asked: Question) -> list[ColumnElement[bool]]:
    """Conditions for the places at which checks were drawn. Raises NotFound."""
    row, at = SpotCheck, (session, actor)
    filters = (
        (asked.unit_id, lambda text: Unit.id.in_(queries.units_below(*at, text))),
        (asked.territory_id, lambda text: row.territory_id.in_(queries.units_below(*at, text))),
        (asked.venue_kind, lambda kind: Venue.kind == kind),
        (asked.venue_id, lambda text: row.venue_id == queries.venue_number(*at, text)),
        (asked.screen_id, lambda text: row.screen_id == queries.screen_number(*at, text)),
        (asked.line_id, lambda text: Venue.line_id == queries.line_number(*at, text)),
    )
    return [narrow(value) for value, narrow in filters if value is not None]
