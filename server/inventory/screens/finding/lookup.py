"""Finds a venue or screen among thousands by a few typed letters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.accounts.actor import Actor
from server.accounts.roles import Action
from server.foundation.db.search_terms import Beside, Typed, has_words, typed
from server.foundation.errors import NotFound
from server.foundation.public_ids import number, public
from server.inventory.screens import queries
from server.inventory.screens.finding import search_terms
from server.inventory.screens.models import Screen
from server.inventory.venues import queries as venue_queries
from server.inventory.venues.models import Venue
from server.inventory.venues.search import terms as venue_finding

MOST: Final = 12


@dataclass(frozen=True)
class Choice:
    """A value to send, its label, and a detail that distinguishes equal labels."""

    id: str
    name: str
    detail: str


def venues(
    session: Session, actor: Actor, action: Action, text: str, access: str | None = None
) -> list[Choice]:
    """The venues that match the input, best first; the newest without input."""
    query = venue_queries.in_scope(actor, action)
    if access is not None:
        query = query.where(Venue.access == access)
    by = (venue_finding.PLACE_WORDS, venue_finding.NUMBERS, _with_id("venue", Venue.id))
    found = session.scalars(_likeliest(query, typed(text), by, Venue.id))
    return [venue_choice(row) for row in found]


def screens(
    session: Session, actor: Actor, action: Action, text: str, *, retired: bool = False
) -> list[Choice]:
    """The screens in service (or `retired` too) that match the input, best first."""
    query = queries.in_scope(actor, action)
    if not retired:
        query = query.where(Screen.retired_at.is_(None))
    by = (search_terms.WORDS, search_terms.NUMBERS, _with_id("screen", Screen.id))
    found = session.scalars(_likeliest(query, typed(text), by, Screen.id))
    return [screen_choice(row) for row in found]


def venue_choice(row: Venue) -> Choice:
    """A venue by name, distinguished by vehicle, address and unit."""
    details = (row.vehicle, row.address, row.unit.name)
    return Choice(public("venue", row.id), row.name, " · ".join(filter(None, details)))


def screen_choice(row: Screen) -> Choice:
    """A screen by its venue's name and its own, distinguished by serial, vehicle and unit."""
    name = row.name if row.name == row.venue.name else f"{row.venue.name} · {row.name}"
    details = (row.serial or "", row.venue.vehicle, row.venue.unit.name)
    return Choice(public("screen", row.id), name, " · ".join(filter(None, details)))


def chosen(find: Callable[[], Choice]) -> Choice | None:
    """The preselected value of an address; None if it isn't in the person's scope."""
    try:
        return find()
    except NotFound:
        return None


def _likeliest(
    query: Select[Any],
    asked: Typed,
    by: tuple[Sequence[Any], Sequence[Any], Beside],
    key: InstrumentedAttribute[int],
) -> Select[Any]:
    query = query.where(has_words(asked, *by))
    if not asked.words:
        return query.order_by(key.desc()).limit(MOST)
    begins = case((Venue.name.istartswith(asked.words[0], autoescape=True), 0), else_=1)
    return query.order_by(begins, Venue.name, key).limit(MOST)


def _with_id(kind: str, key: InstrumentedAttribute[int]) -> Beside:
    def beside(word: str) -> list[ColumnElement[bool]]:
        try:
            return [key == number(kind, word)]
        except NotFound:
            return []

    return beside
