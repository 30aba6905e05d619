"""Finding one venue or screen among thousands by a few letters of what people know of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, or_
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.accounts.actor import Actor
from server.accounts.roles import Action
from server.errors import NotFound
from server.ids import number, public
from server.screens import queries
from server.screens.models import Screen
from server.venues import queries as venue_queries
from server.venues.models import Venue

MOST: Final = 12
VENUE_WORDS: Final = (Venue.name, Venue.code, Venue.address, Venue.vehicle)
SCREEN_WORDS: Final = (Screen.name, Screen.serial, *VENUE_WORDS)

Column = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]


@dataclass(frozen=True)
class Choice:
    """What is sent, what a person reads, and what tells it from others of the same name."""

    id: str
    name: str
    detail: str


def venues(
    session: Session, actor: Actor, action: Action, typed: str, access: str | None = None
) -> list[Choice]:
    """The venues that fit what was typed, the likeliest first; the newest if nothing was."""
    query = venue_queries.in_scope(actor, action)
    if access is not None:
        query = query.where(Venue.access == access)
    found = session.scalars(_fitting(query, typed, "venue", Venue.id, Venue.name, VENUE_WORDS))
    return [venue_choice(row) for row in found]


def screens(session: Session, actor: Actor, action: Action, typed: str) -> list[Choice]:
    """The screens in service that fit what was typed, the likeliest first."""
    query = queries.in_scope(actor, action).where(Screen.retired_at.is_(None))
    found = session.scalars(_fitting(query, typed, "screen", Screen.id, Venue.name, SCREEN_WORDS))
    return [screen_choice(row) for row in found]


def venue_choice(row: Venue) -> Choice:
    """A venue by its name, told apart by vehicle, address and unit."""
    told = (row.vehicle, row.address, row.unit.name)
    return Choice(public("venue", row.id), row.name, " · ".join(filter(None, told)))


def screen_choice(row: Screen) -> Choice:
    """A screen by its venue's name and its own, told apart by serial, vehicle and unit."""
    name = row.name if row.name == row.venue.name else f"{row.venue.name} · {row.name}"
    told = (row.serial or "", row.venue.vehicle, row.venue.unit.name)
    return Choice(public("screen", row.id), name, " · ".join(filter(None, told)))


def chosen(find: Callable[[], Choice]) -> Choice | None:
    """What the address names already; None if that isn't there for this person."""
    try:
        return find()
    except NotFound:
        return None


def _fitting(
    query: Select[Any],
    typed: str,
    kind: str,
    key: InstrumentedAttribute[int],
    name: InstrumentedAttribute[str],
    columns: Sequence[Column],
) -> Select[Any]:
    words = typed.split()
    for word in words:
        query = query.where(or_(_named(kind, key, word), *(_has(one, word) for one in columns)))
    if not words:
        return query.order_by(key.desc()).limit(MOST)
    begins = case((name.istartswith(words[0], autoescape=True), 0), else_=1)
    return query.order_by(begins, name, key).limit(MOST)


def _has(column: Column, word: str) -> ColumnElement[bool]:
    return column.icontains(word, autoescape=True)


def _named(kind: str, key: InstrumentedAttribute[int], word: str) -> ColumnElement[bool]:
    try:
        return key == number(kind, word)
    except NotFound:
        return key == 0
