"""Tags of screens and venues with their counts, for filters and suggestions."""

from typing import Any

from sqlalchemy import ColumnElement, String, cast, or_
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.accounts.actor import Actor
from server.inventory.screens import queries
from server.inventory.screens.models import Screen
from server.inventory.tags import by_use
from server.inventory.venues import queries as venue_queries
from server.inventory.venues.models import Venue


def of_screens(session: Session, actor: Actor) -> list[tuple[str, int]]:
    """Tags of screens in service and of their venues, most frequent first.

    Each with the number of screens.
    """
    tagged = or_(_some(Screen.tags), _some(Venue.tags))
    query = queries.in_scope(actor).where(Screen.retired_at.is_(None), tagged)
    rows = session.execute(query.with_only_columns(Screen.tags, Venue.tags)).all()
    return by_use([*(own or ()), *(venues or ())] for own, venues in rows)


def of_venues(session: Session, actor: Actor) -> list[tuple[str, int]]:
    """Tags of venues, each with the number of venues."""
    query = venue_queries.in_scope(actor).where(_some(Venue.tags))
    return by_use(session.scalars(query.with_only_columns(Venue.tags)))


def _some(column: InstrumentedAttribute[list[Any]]) -> ColumnElement[bool]:
    return cast(column, String) != "[]"
