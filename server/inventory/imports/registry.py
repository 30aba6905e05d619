"""The registry of importable tables: columns, parsing and writing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from server.accounts.roles import Action
from server.foundation.i18n import Sentence
from server.inventory.imports.columns.cell_values import line_value, screen_value, venue_value
from server.inventory.imports.columns.fields import Field
from server.inventory.imports.entities import (
    lines as line_table,
)
from server.inventory.imports.entities import (
    screens,
    venue_columns,
    venue_matching,
)
from server.inventory.imports.entities.lines import (
    LINE_FIELDS,
    line_index,
    resolve_lines,
    write_lines,
)
from server.inventory.imports.entities.screens import (
    SCREEN_FIELDS,
    resolve_screens,
    screen_index,
    write_screens,
)
from server.inventory.imports.entities.venue_columns import SERIAL, VEHICLE_FIELDS, VENUE_FIELDS
from server.inventory.imports.entities.venue_rows import resolve_venues
from server.inventory.imports.entities.venue_writer import write_venues
from server.inventory.imports.outcomes import Outcome
from server.inventory.venues.kinds import VEHICLES


@dataclass(frozen=True)
class Table:
    """One kind of table. `fields`: those of its template; `accepted`: all permitted ones.

    `index` reads everything rows may refer to, `resolve` computes the effect, `write` applies it,
    `value` formats a cell, `rows` lists existing objects.
    """

    noun: str
    kind: str
    title: Sentence
    action: Action
    fields: Sequence[Field]
    accepted: Sequence[Field]
    index: Callable[..., Any]
    resolve: Callable[..., Outcome]
    write: Callable[..., Any]
    value: Callable[[Any, str, Any, str], Any]
    rows: Callable[[Any], Iterable[Mapping[str, Any]]]
    lines: Sequence[Sentence] = ()


def _vehicles(index: venue_matching.VenueIndex) -> Iterable[Mapping[str, Any]]:
    for venue in index.venues.things.values():
        if venue["kind"] in VEHICLES:
            yield {**venue, "serial": venue_matching.serials_at(index, venue["id"])}


_OF_VEHICLES: Final = {one.name: one for one in (*VENUE_FIELDS, *VEHICLE_FIELDS)}
_ANY_VEHICLE: Final = (
    *(venue_columns.NAME if name == "name" else field for name, field in _OF_VEHICLES.items()),
    venue_columns.ID_FIELD,
)

VENUES: Final = Table(
    noun="venues",
    kind="venue",
    title=Sentence("点位", "Venues"),
    action="venues.write",
    fields=VENUE_FIELDS,
    accepted=(*VENUE_FIELDS, SERIAL, venue_columns.ID_FIELD),
    index=venue_matching.venue_index,
    resolve=partial(resolve_venues, vehicles=False),
    write=write_venues,
    value=venue_value,
    rows=lambda index: index.venues.things.values(),
    lines=(
        Sentence(
            "一行一个点位。有编号的按编号匹配，车辆按车号匹配，其余按责任单位和名称匹配：已有的修改，"
            "没有的新建。",
            "A row is a venue. It is known by its code, a vehicle by its number, else by unit and "
            "name: what is there is changed, what isn't is made.",
        ),
    ),
)
LINES: Final = Table(
    noun="lines",
    kind="line",
    title=Sentence("线路", "Lines"),
    action="venues.write",
    fields=LINE_FIELDS,
    accepted=(*LINE_FIELDS, line_table.ID_FIELD),
    index=line_index,
    resolve=resolve_lines,
    write=write_lines,
    value=line_value,
    rows=lambda index: index.lines.things.values(),
    lines=(
        Sentence(
            "一行一条线路。有编号的按编号匹配，没有编号的按责任单位和线路名称匹配。",
            "A row is a line, known by its code, else by unit and name.",
        ),
    ),
)
BUSES: Final = replace(
    VENUES,
    noun="vehicles",
    kind="vehicle",
    title=Sentence("车辆", "Vehicles"),
    fields=VEHICLE_FIELDS,
    accepted=_ANY_VEHICLE,
    resolve=partial(resolve_venues, vehicles=True),
    rows=_vehicles,
    lines=(
        Sentence(
            "一行一辆车：同时登记车辆和车上的显示屏。之后终端用批量接入码接入，按序列号匹配到这块屏。",
            "A row is a vehicle with its screen: boxes that enrol with a key then find it by their "
            "serial.",
        ),
        Sentence(
            "按车号匹配；类型不填即为公交车。",
            "A vehicle is known by its number; the kind is Bus where none is given.",
        ),
    ),
)
SCREENS: Final = Table(
    noun="screens",
    kind="screen",
    title=Sentence("显示屏", "Screens"),
    action="screens.pair",
    fields=SCREEN_FIELDS,
    accepted=(*SCREEN_FIELDS, screens.ID_FIELD),
    index=screen_index,
    resolve=resolve_screens,
    write=write_screens,
    value=screen_value,
    rows=lambda index: index.screens.things.values(),
    lines=(
        Sentence(
            "一行一块屏，按序列号匹配；没有序列号的按点位和名称匹配。",
            "A row is a screen, known by its serial, else by venue and name.",
        ),
    ),
)
TABLES: Final[Mapping[str, Table]] = {one.noun: one for one in (VENUES, LINES, BUSES, SCREENS)}
