"""Units, lines and venues in a person's scope, by their names in tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, within
from server.accounts.models import Unit
from server.accounts.queries import units_in_scope
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.inventory.imports.columns.name_lookup import Names, Words
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


class UnitFound(NamedTuple):
    """A unit in the person's scope."""

    id: int
    path: str
    name: str
    code: str | None
    parent: str


class LineFound(NamedTuple):
    """A line in the person's scope."""

    id: int
    unit_id: int
    name: str
    code: str | None
    unit: str


class VenueFound(NamedTuple):
    """A venue in the person's scope, with the attributes that decide on permissions."""

    id: int
    name: str
    code: str | None
    vehicle: str
    kind: str
    unit_path: str
    unit: str


@dataclass(frozen=True)
class Units:
    """Units by number and by name."""

    by_id: dict[int, UnitFound]
    names: Names[UnitFound]

    def called(self, number: int | None) -> str:
        """The shortest unambiguous name of this unit."""
        unit = self.by_id.get(number or 0)
        if unit is None:
            return public("unit", number) if number else ""
        longer = f"{unit.parent}/{unit.name}"
        words = (unit.name, unit.code or "", longer)
        found = next((word for word in words[::2] if self.names.is_alone(word)), None)
        return found or unit.code or public("unit", unit.id)


@dataclass(frozen=True)
class Lines:
    """Lines by number and by name."""

    by_id: dict[int, LineFound]
    names: Names[LineFound]

    def called(self, number: int | None) -> str:
        """The shortest unambiguous name of this line."""
        line = self.by_id.get(number or 0)
        if line is None:
            return public("line", number) if number else ""
        if self.names.is_alone(line.name):
            return line.name
        return line.code or public("line", line.id)


def units_of(session: Session, actor: Actor) -> Units:
    """All units in the person's scope."""
    rows: Sequence[Unit] = session.scalars(units_in_scope(actor).order_by(Unit.path)).all()
    parents = {row.id: row.name for row in rows}
    names: Names[UnitFound] = Names(_UNIT, _unit_label)
    by_id = {}
    for row in rows:
        unit = UnitFound(row.id, row.path, row.name, row.code, parents.get(row.parent_id or 0, ""))
        by_id[row.id] = unit
        names.add(
            unit, (public("unit", unit.id), unit.code), (unit.name, f"{unit.parent}/{unit.name}")
        )
    return Units(by_id, names)


def lines_of(session: Session, actor: Actor) -> Lines:
    """All lines in the person's scope."""
    query = (
        select(Line.id, Line.unit_id, Line.name, Line.code, Unit.name)
        .join(Unit, Line.unit_id == Unit.id)
        .where(within(Unit.path, actor.roots("read")))
        .order_by(Line.name, Line.id)
    )
    names: Names[LineFound] = Names(_LINE, _line_label)
    by_id = {}
    for row in session.execute(query):
        line = LineFound(*row)
        by_id[line.id] = line
        names.add(line, (public("line", line.id), line.code), (line.name,))
    return Lines(by_id, names)


def venues_of(session: Session, actor: Actor) -> tuple[dict[int, VenueFound], Names[VenueFound]]:
    """All venues in the person's scope, by number and by name."""
    query: Any = (
        select(
            Venue.id, Venue.name, Venue.code, Venue.vehicle, Venue.kind, Unit.path, Unit.name
        )
        .join(Unit, Venue.unit_id == Unit.id)
        .where(access.rows(actor))
        .order_by(Venue.id)
    )  # fmt: skip
    names: Names[VenueFound] = Names(_VENUE, _venue_label)
    by_id = {}
    for row in session.execute(query):
        venue = VenueFound(*row)
        by_id[venue.id] = venue
        names.add(venue, (public("venue", venue.id), venue.code), (venue.name, venue.vehicle))
    return by_id, names


def _unit_label(unit: UnitFound) -> str:
    above = f"{unit.parent}/" if unit.parent else ""
    return f"{above}{unit.name}（{unit.code or public('unit', unit.id)}）"


def _line_label(line: LineFound) -> str:
    return f"{line.unit} {line.name}（{line.code or public('line', line.id)}）"


def _venue_label(venue: VenueFound) -> str:
    return f"{venue.unit} {venue.name}（{venue.code or public('venue', venue.id)}）"
