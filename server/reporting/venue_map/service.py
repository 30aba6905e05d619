"""The venues of a person's scope as points, each with its state."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.foundation.core import Core
from server.gateway.connection.state import Live
from server.gateway.status.contact import contact_states
from server.gateway.status.venue import VenueState, bound_screens, venue_state
from server.inventory.screens.queries import paused_now
from server.inventory.venues.models import Venue
from server.inventory.venues.queries import in_scope


class PointOf(NamedTuple):
    """A venue with coordinates; `screens` have a player, `dark` of them should run and don't."""

    id: int
    name: str
    lat: float
    lon: float
    kind: str
    unit: str
    vehicle: str
    state: VenueState
    screens: int
    dark: int


@dataclass(frozen=True)
class Points:
    """The venues with coordinates, and the number of those without."""

    points: Sequence[PointOf]
    without: int


def points(
    core: Core,
    live: Live,
    actor: Actor,
    conditions: Sequence[ColumnElement[bool]],
    state: VenueState | None = None,
) -> Points:
    """The venues that the person sees and that are asked for."""
    found = contact_states(core, live)
    with core.config.read() as session:
        paused = paused_now(session, core.clock.now_ms())
        states: defaultdict[int, list[str]] = defaultdict(list)
        for screen, venue in bound_screens(session):
            states[venue].append("paused" if screen in paused else found.of(screen))
        query = in_scope(actor).where(*conditions)
        located = [_point(row, states.get(row[0], [])) for row in _located(session, query)]
        without = session.scalar(
            query.where(Venue.lat.is_(None)).with_only_columns(func.count(Venue.id))
        )
    wanted = [one for one in located if state is None or one.state == state]
    return Points(wanted, without or 0)


def has_points(session: Session, actor: Actor) -> bool:
    """Whether any venue that the person sees has coordinates."""
    query = in_scope(actor).where(Venue.lat.is_not(None), Venue.lon.is_not(None))
    return session.scalar(query.with_only_columns(Venue.id).limit(1)) is not None


def _located(session: Session, query: Any) -> Sequence[Any]:
    columns = (
        *(Venue.id, Venue.name, Venue.lat, Venue.lon),
        *(Venue.kind, Unit.name, Venue.vehicle, Venue.access),
    )
    rows: Sequence[Any] = session.execute(
        query.where(Venue.lat.is_not(None), Venue.lon.is_not(None)).with_only_columns(*columns)
    ).all()
    return rows


def _point(row: Any, states: Sequence[str]) -> PointOf:
    number, name, lat, lon, kind, unit, vehicle, access = row
    state = venue_state(access, states)
    dark = sum(1 for one in states if one == "dark")
    return PointOf(number, name, lat, lon, kind, unit, vehicle, state, len(states), dark)
