"""Units, lines and venues in a person's scope, by their names in tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, within
from server.accounts.models import Unit
from server.accounts.queries import units_in_scope
from server.foundation.i18n import Sentence
from server.inventory.imports.columns.name_lookup import Found, Names, Words
from server.inventory.venues import access
from server.inventory.venues.models import Line, Venue

_UNIT: Final = Words(
    Sentence(
        "没有“{}”这个单位，请核对名称、代码或编号（u_…）。",
        "There is no unit {}: check its name, code or id (u_…).",
    ),
    Sentence(
        "有几个单位叫“{}”：{}；请写上级/名称、代码或编号。",
        "Several units are called {}: {}. Write parent/name, the code or the id.",
    ),
)
_LINE: Final = Words(
    Sentence(
        "没有“{}”这条线路，请先导入线路，或核对名称、编号。",
        "There is no line {}: import lines first, or check its name or code.",
    ),
    Sentence(
        "有几条线路叫“{}”：{}；请写编号。", "Several lines are called {}: {}. Write the code or id."
    ),
)
_VENUE: Final = Words(
    Sentence(
        "没有“{}”这个点位，请核对编号、名称或车号。",
        "There is no venue {}: check its code, name or vehicle number.",
    ),
    Sentence(
        "有几个点位叫“{}”：{}；请写编号。",
        "Several venues are called {}: {}. Write the code or id.",
    ),
)


@dataclass(frozen=True, slots=True)
class UnitFound(Found):
    """A unit in the person's scope."""

    path: str


@dataclass(frozen=True, slots=True)
class LineFound(Found):
    """A line in the person's scope."""

    unit_id: int


@dataclass(frozen=True, slots=True)
class VenueFound(Found):
    """A venue in the person's scope, with the attributes that decide on permissions."""

    kind: str
    unit_path: str


def units_of(session: Session, actor: Actor) -> Names[UnitFound]:
    """All units in the person's scope."""
    rows: Sequence[Unit] = session.scalars(units_in_scope(actor).order_by(Unit.path)).all()
    parents = {row.id: row.name for row in rows}
    units: Names[UnitFound] = Names("unit", _UNIT)
    for row in rows:
        parent = parents.get(row.parent_id or 0, "")
        above, names = f"{parent}/" if parent else "", (row.name, f"{parent}/{row.name}")
        units.add(UnitFound(row.id, row.name, row.code, above, names, row.path))
    return units


def lines_of(session: Session, actor: Actor) -> Names[LineFound]:
    """All lines in the person's scope."""
    query = (
        select(Line.id, Line.name, Line.code, Line.unit_id, Unit.name)
        .join(Unit, Line.unit_id == Unit.id)
        .where(within(Unit.path, actor.roots("read")))
        .order_by(Line.name, Line.id)
    )
    lines: Names[LineFound] = Names("line", _LINE)
    for number, name, code, unit_id, unit in session.execute(query):
        lines.add(LineFound(number, name, code, f"{unit} ", (name,), unit_id))
    return lines


def venues_of(session: Session, actor: Actor) -> Names[VenueFound]:
    """All venues in the person's scope."""
    query = (
        select(Venue.id, Venue.name, Venue.code, Venue.vehicle, Venue.kind, Unit.path, Unit.name)
        .join(Unit, Venue.unit_id == Unit.id)
        .where(access.rows(actor))
        .order_by(Venue.id)
    )
    venues: Names[VenueFound] = Names("venue", _VENUE)
    for number, name, code, vehicle, kind, path, unit in session.execute(query):
        venues.add(VenueFound(number, name, code, f"{unit} ", (name, vehicle), kind, path))
    return venues
