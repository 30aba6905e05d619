"""Queries of incidents, always within a person's scope."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, forbidden, within
from server.accounts.models import Unit
from server.accounts.roles import Action
from server.foundation.errors import NotFound, existing
from server.foundation.public_ids import number
from server.inventory.venues import access
from server.inventory.venues.models import Venue
from server.inventory.venues.search.filters import in_territory
from server.monitoring.incidents.affected_units import hits_below
from server.monitoring.incidents.models import Incident


@dataclass(frozen=True)
class Wanted:
    """Filter of a list; ids are public ones."""

    state: Literal["open", "past"] | None = None
    code: str | None = None
    unit_id: str | None = None
    screen_id: str | None = None
    line_id: str | None = None
    territory_id: str | None = None


def find(session: Session, actor: Actor, action: Action, text: str) -> Incident:
    """The incident behind a public id. Raises NotFound outside the scope, Forbidden by role."""
    key = number("incident", text)
    row = existing(session.scalar(_placed(Incident.id == key, _seen(actor, "read"))))
    if session.scalar(_placed(Incident.id == key, _seen(actor, action))) is None:
        raise forbidden()
    return row


def in_scope(
    session: Session, actor: Actor, wanted: Wanted | None = None, action: Action = "read"
) -> Select[Incident]:
    """Incidents on which a person may do `action`. Raises NotFound for an unknown id."""
    asked = wanted or Wanted()
    query = _placed(_seen(actor, action))
    if asked.state is not None:
        past = Incident.state == "closed"
        query = query.where(past if asked.state == "past" else ~past)
    if asked.code is not None:
        query = query.where(Incident.code == asked.code)
    if asked.screen_id is not None:
        query = query.where(Incident.screen_id == number("screen", asked.screen_id))
    if asked.line_id is not None:
        query = query.where(Incident.line_id == number("line", asked.line_id))
    if asked.territory_id is not None:
        query = query.where(in_territory(asked.territory_id))
    if asked.unit_id is not None:
        unit = session.get(Unit, number("unit", asked.unit_id))
        if unit is None or not (actor.sees(unit.path) or actor.may(action, unit.path)):
            raise NotFound
        query = query.where(within(Unit.path, (unit.path,)))
    return query


def unheeded(session: Session, actor: Actor) -> tuple[int, int | None]:
    """Number of unacknowledged incidents in the person's scope, and since when (ms UTC)."""
    query = _placed(_seen(actor, "incidents.acknowledge"), Incident.state == "open")
    found = session.execute(
        query.with_only_columns(
            func.count(), func.min(Incident.raised_at), maintain_column_froms=True
        )
    )
    count, since_ms = found.one()
    return count, since_ms


def _placed(*conditions: ColumnElement[bool]) -> Select[Incident]:
    """Incidents with the unit currently in charge: a venue may have moved to another unit."""
    return (
        select(Incident)
        .outerjoin(Venue, Incident.venue_id == Venue.id)
        .join(Unit, Unit.id == func.coalesce(Venue.unit_id, Incident.unit_id))
        .where(*conditions)
    )


def _seen(actor: Actor, action: Action) -> ColumnElement[bool]:
    """Incidents of venues in scope, and of shared causes in the person's units.

    People in charge of an affected part may read shared causes too, since their screens have no
    incident of their own meanwhile. Venue staff may not.
    """
    roots = [one.unit_path for one in actor.grants if one.role != "venue"]
    allowed = tuple(path for path in actor.roots(action) if path in roots)
    at_venues = and_(Incident.venue_id.is_not(None), access.rows(actor, action))
    shared = and_(Incident.venue_id.is_(None), within(Unit.path, allowed))
    return or_(at_venues, shared, hits_below(allowed) if action == "read" else false())
