"""Options of filters: territories and lines in a person's scope."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.foundation.errors import NotFound
from server.foundation.pinyin import by_name
from server.foundation.public_ids import number, public
from server.inventory.venues import queries
from server.inventory.venues.models import Line, Venue
from server.inventory.venues.search.filters import NO_TERRITORY

Choice = tuple[str, str]


def territory_choices(session: Session, actor: Actor) -> list[Choice]:
    """The territories of venues in the person's scope, in the order of the tree."""
    lying = queries.in_scope(actor).with_only_columns(Venue.territory_unit_id).distinct()
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(lying)).order_by(Unit.path))
    found = [(public("unit", row[0]), row[1]) for row in rows]
    return [*found, (NO_TERRITORY, "–")] if found else []


def line_choices(session: Session, actor: Actor) -> list[Choice]:
    """The lines in the person's scope, by name."""
    query = queries.lines_in_scope(actor).with_only_columns(Line.id, Line.name)
    rows = sorted(session.execute(query.order_by(Line.id)), key=lambda row: by_name(row[1]))
    return [(public("line", row[0]), row[1]) for row in rows]


def name_of(session: Session, actor: Actor, venue_id: str) -> str:
    """A venue's name; its id if it is outside the person's scope."""
    try:
        query = queries.in_scope(actor).with_only_columns(Venue.name)
        found = session.scalar(query.where(Venue.id == number("venue", venue_id)))
    except NotFound:
        found = None
    return found or venue_id
