"""Reads for reports that span features: the person's scope, and the names of groups."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Executable, Select, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.accounts.actor import Actor, within
from server.accounts.models import Unit
from server.accounts.roles import Action, roles_that_may
from server.campaigns.queries import newest_names
from server.foundation.errors import NotFound, existing
from server.foundation.public_ids import number
from server.inventory.screens import queries as screen_queries
from server.inventory.screens.models import Screen
from server.inventory.venues import queries as venue_queries
from server.inventory.venues.models import Line, Venue

READ: Final[Action] = "reports.read"
Row = tuple[Any, ...]
Numbers = frozenset[int]
AT_ONCE: Final = 500
"""So many keys one query names at the most."""
Key = TypeVar("Key", int, str)
FEW: Final = 300
"""Up to here the numbers go into the query; beyond, reading all rows costs less."""


def units_in_scope(session: Session, actor: Actor) -> Numbers | None:
    """The units whose rows the person sees; None for all of them."""
    roots = actor.roots(READ)
    if any(path.count("/") == 2 for path in roots):
        return None
    return frozenset(session.scalars(select(Unit.id).where(within(Unit.path, roots))))


def venues_in_scope(session: Session, actor: Actor) -> Numbers | None:
    """The venues whose rows the person sees, if not given by units (own venues only)."""
    roles = roles_that_may(READ, two_person=actor.two_person)
    grants = [grant for grant in actor.grants if grant.role in roles]
    if all(grant.role != "venue" for grant in grants):
        return None
    return visible_venues(session, actor)


def visible_venues(session: Session, actor: Actor) -> Numbers:
    """The venues whose rows the person sees."""
    return frozenset(session.scalars(_venues(actor)))


def unit_path(session: Session, actor: Actor, text: str) -> str:
    """The path of the unit behind a public id. Raises NotFound outside the person's scope."""
    unit = session.get(Unit, number("unit", text))
    if unit is None or not actor.may(READ, unit.path):
        raise NotFound
    return unit.path


def units_below(session: Session, actor: Actor, text: str) -> Numbers:
    """A unit and all below it. Raises NotFound outside the person's scope."""
    below = within(Unit.path, [unit_path(session, actor, text)])
    return frozenset(session.scalars(select(Unit.id).where(below)))


def venue_number(session: Session, actor: Actor, text: str) -> int:
    """The venue behind a public id. Raises NotFound outside the person's scope."""
    return existing(session.scalar(_venues(actor).where(Venue.id == number("venue", text))))


def screen_number(session: Session, actor: Actor, text: str) -> int:
    """The screen behind a public id. Raises NotFound outside the person's scope."""
    query = screen_queries.in_scope(actor, READ).with_only_columns(Screen.id)
    return existing(session.scalar(query.where(Screen.id == number("screen", text))))


def line_number(session: Session, actor: Actor, text: str) -> int:
    """The line behind a public id. Raises NotFound outside the person's scope.

    A person in charge of one of its vehicles may query the line, even if another unit operates it.
    """
    line = session.get(Line, number("line", text))
    if line is None or not (actor.may(READ, line.unit.path) or _rides(session, actor, line.id)):
        raise NotFound
    return line.id


def _rides(session: Session, actor: Actor, line: int) -> bool:
    return session.scalar(_venues(actor).where(Venue.line_id == line).limit(1)) is not None


def _venues(actor: Actor) -> Select[int]:
    return venue_queries.in_scope(actor, READ).with_only_columns(Venue.id)


def names(
    session: Session,
    kind: str,
    numbers: Collection[int],
    venue_by_screen: Mapping[int, int] | None = None,
) -> Mapping[int, str]:
    """Names by id; a screen's with its venue, the one in `venue_by_screen` or its present one."""
    if kind == "campaign":
        return newest_names(session, numbers)

    def among(key: InstrumentedAttribute[int]) -> ColumnElement[bool]:
        return key.in_(numbers) if len(numbers) <= FEW else true()

    if kind == "screen":
        query = select(Screen.id, Screen.venue_id, Screen.name).where(among(Screen.id))
        screens = {row[0]: (row[1], row[2]) for row in session.execute(query)}
        venue_of = {
            one: (venue_by_screen or {}).get(one, venue) for one, (venue, _) in screens.items()
        }
        venues = names(session, "venue", set(venue_of.values()))
        return {
            one: f"{venues.get(venue_of[one], '')} {name}".strip()
            for one, (_, name) in screens.items()
        }
    columns: Mapping[str, tuple[InstrumentedAttribute[int], InstrumentedAttribute[str]]] = {
        "unit": (Unit.id, Unit.name),
        "territory": (Unit.id, Unit.name),
        "venue": (Venue.id, Venue.name),
        "line": (Line.id, Line.name),
    }
    key, name = columns[kind]
    rows: Sequence[Any] = session.execute(select(key, name).where(among(key))).all()
    return {row[0]: row[1] for row in rows}


def in_parts(keys: Iterable[Key]) -> Iterator[Sequence[Key]]:
    """Some keys in order, so many at a time as one query names."""
    waiting = iter(sorted(keys))
    while some := list(islice(waiting, AT_ONCE)):
        yield some


def called_screens(session: Session) -> Sequence[Row]:
    """Number, venue and name of all screens, as the driver gives them.

    What else is made of a row takes longer than to read it.
    """
    return _plain(session, select(Screen.id, Screen.venue_id, Screen.name).order_by(Screen.id))


def called_venues(session: Session) -> Sequence[Row]:
    """Number and name of all venues, as the driver gives them."""
    return _plain(session, select(Venue.id, Venue.name).order_by(Venue.id))


def _plain(session: Session, query: Executable) -> Sequence[Row]:
    with session.connection().execute(query) as result:
        found: Sequence[Row] = result.cursor.fetchall()
        return found
