"""Reads of the board: venues in scope, the states of their screens, incidents, units."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.inventory.venues.models import Venue
from server.inventory.venues.queries import in_scope as venues_in_scope
from server.monitoring.incidents import queries as incidents
from server.monitoring.incidents.queries import Wanted

By = Literal["unit", "territory"]
NOWHERE = "/none/"
"""The path of venues without a territory."""


class Place(NamedTuple):
    """A venue in scope: the path of the unit, or of the territory, that it is counted under."""

    id: int
    path: str
    unit: int
    territory: int
    access: str
    name: str
    kind: str
    contact: str
    phone: str


class UnitRow(NamedTuple):
    """A unit of the whole tree."""

    id: int
    parent: int | None
    path: str
    name: str
    leader: str
    contact: str


def all_units(session: Session) -> Mapping[int, UnitRow]:
    """All units by number; callers check the scope before showing one."""
    columns = (Unit.id, Unit.parent_id, Unit.path, Unit.name, Unit.leader, Unit.contact)
    return {row[0]: UnitRow._make(row) for row in session.execute(select(*columns))}


def places(session: Session, actor: Actor, by: By) -> list[Place]:
    """The venues of the person's scope."""
    territory = aliased(Unit)
    path = Unit.path if by == "unit" else func.coalesce(territory.path, NOWHERE)
    query = venues_in_scope(actor).outerjoin(territory, Venue.territory_unit_id == territory.id)
    columns = (
        Venue.id,
        path,
        Venue.unit_id,
        func.coalesce(Venue.territory_unit_id, 0),
        Venue.access,
        Venue.name,
        Venue.kind,
        Venue.contact_name,
        Venue.contact_phone,
    )
    rows = session.execute(query.with_only_columns(*columns, maintain_column_froms=True))
    return [Place._make(row) for row in rows]


def open_incidents(session: Session, actor: Actor, by: By) -> Mapping[int, int]:
    """The number of open incidents, by unit or territory (0: none)."""
    key = Unit.id if by == "unit" else func.coalesce(Venue.territory_unit_id, 0)
    query = incidents.in_scope(session, actor, Wanted("open"))
    rows = session.execute(
        query.with_only_columns(key, func.count(), maintain_column_froms=True).group_by(key)
    )
    return {row[0]: row[1] for row in rows}
