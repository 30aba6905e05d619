"""The filters of the list of venues, for the API and the page."""

from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.foundation.db.search_terms import typed
from server.foundation.public_ids import number
from server.inventory.tags import has_tag
from server.inventory.venues.models import Venue
from server.inventory.venues.request_schemas import VenueFilter
from server.inventory.venues.search.terms import has_venue_words

NO_TERRITORY: Final = "none"


def conditions(criteria: VenueFilter, actor: Actor) -> list[ColumnElement[bool]]:
    """SQL conditions of a person's filter; a unit or territory includes everything below it."""
    found: list[ColumnElement[bool]] = []
    if criteria.unit_id is not None:
        found.append(Unit.path.contains(f"/{number('unit', criteria.unit_id)}/"))
    if criteria.territory_unit_id is not None:
        found.append(in_territory(criteria.territory_unit_id))
    if criteria.line_id is not None:
        found.append(Venue.line_id == number("line", criteria.line_id))
    if criteria.kind is not None:
        found.append(Venue.kind == criteria.kind)
    if criteria.access is not None:
        found.append(Venue.access == criteria.access)
    if criteria.located is not None:
        found.append(Venue.lat.is_not(None) if criteria.located else Venue.lat.is_(None))
    if criteria.tag is not None:
        found.append(has_tag(Venue.tags, criteria.tag))
    if criteria.q:
        found.append(has_venue_words(typed(criteria.q), actor))
    return found


def in_territory(text: str) -> ColumnElement[bool]:
    """SQL condition: venues in a territory or below it, or in none (`none`)."""
    if text == NO_TERRITORY:
        return Venue.territory_unit_id.is_(None)
    territory = aliased(Unit)
    below = territory.path.contains(f"/{number('unit', text)}/")
    return Venue.territory_unit_id.in_(select(territory.id).where(below))
