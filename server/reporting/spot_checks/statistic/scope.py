"""The checks of a statistic: days and places, within a person's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, within
from server.accounts.models import Unit
from server.foundation.errors import NotFound, existing
from server.foundation.public_ids import number
from server.inventory.screens import queries as screens
from server.inventory.screens.models import Screen
from server.inventory.venues import queries as venues
from server.inventory.venues.models import Line, Venue
from server.reporting.spot_checks.models import SpotCheck
from server.reporting.spot_checks.queries import READ


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
        return actor.roots(READ)
    return [_unit_path(session, actor, asked.unit_id)]


def conditions(session: Session, actor: Actor, asked: Question) -> list[ColumnElement[bool]]:
    """Conditions for the places at which checks were drawn. Raises NotFound."""
    wishes = (
        (asked.unit_id, lambda text: within(Unit.path, [_unit_path(session, actor, text)])),
        (asked.territory_id, lambda text: _lies_in(_unit_path(session, actor, text))),
        (asked.venue_kind, lambda kind: Venue.kind == kind),
        (asked.venue_id, lambda text: SpotCheck.venue_id == _venue(session, actor, text)),
        (asked.screen_id, lambda text: SpotCheck.screen_id == _screen(session, actor, text)),
        (asked.line_id, lambda text: Venue.line_id == _line(session, actor, text)),
    )
    return [narrow(wish) for wish, narrow in wishes if wish is not None]


def _lies_in(path: str) -> ColumnElement[bool]:
    return SpotCheck.territory_id.in_(select(Unit.id).where(within(Unit.path, [path])))


def _unit_path(session: Session, actor: Actor, text: str) -> str:
    unit = session.get(Unit, number("unit", text))
    if unit is None or not actor.may(READ, unit.path):
        raise NotFound
    return unit.path


def _venue(session: Session, actor: Actor, text: str) -> int:
    query = venues.in_scope(actor, READ).with_only_columns(Venue.id)
    return _seen(session, query.where(Venue.id == number("venue", text)))


def _screen(session: Session, actor: Actor, text: str) -> int:
    query = screens.in_scope(actor, READ).with_only_columns(Screen.id)
    return _seen(session, query.where(Screen.id == number("screen", text)))


def _line(session: Session, actor: Actor, text: str) -> int:
    query = select(Line.id).join(Unit, Line.unit_id == Unit.id)
    query = query.where(within(Unit.path, actor.roots(READ)))
    return _seen(session, query.where(Line.id == number("line", text)))


def _seen(session: Session, query: Select[int]) -> int:
    return existing(session.scalar(query))
