"""The filters of the list of venues, as the API and the page have them."""

from typing import Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from server.accounts.models import Unit
from server.ids import number
from server.tags import has_tag
from server.venues.bodies import VenueFilter
from server.venues.models import Venue

NO_TERRITORY: Final = "none"


def conditions(wish: VenueFilter) -> list[ColumnElement[bool]]:
    """SQL for the wishes; a unit or territory stands for everything below it too."""
    found: list[ColumnElement[bool]] = []
    if wish.unit_id is not None:
        found.append(Unit.path.contains(f"/{number('unit', wish.unit_id)}/"))
    if wish.territory_unit_id is not None:
        found.append(territory_wish(wish.territory_unit_id))
    if wish.line_id is not None:
        found.append(Venue.line_id == number("line", wish.line_id))
    if wish.kind is not None:
        found.append(Venue.kind == wish.kind)
    if wish.access is not None:
        found.append(Venue.access == wish.access)
    if wish.located is not None:
        found.append(Venue.lat.is_not(None) if wish.located else Venue.lat.is_(None))
    return found + _found_by_words(wish)


def territory_wish(text: str) -> ColumnElement[bool]:
    """SQL for the venues that lie in a territory or below it, or in none (`none`)."""
    if text == NO_TERRITORY:
        return Venue.territory_unit_id.is_(None)
    territory = aliased(Unit)
    below = territory.path.contains(f"/{number('unit', text)}/")
    return Venue.territory_unit_id.in_(select(territory.id).where(below))


def _found_by_words(wish: VenueFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wish.tag is not None:
        found.append(has_tag(Venue.tags, wish.tag))
    if wish.q:
        where = (Venue.name, Venue.code, Venue.address, Venue.vehicle)
        columns = (*where, Venue.contact_name, Venue.contact_phone)
        found.append(or_(*(column.icontains(wish.q, autoescape=True) for column in columns)))
    return found
