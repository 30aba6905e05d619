"""Existing objects for an import of venues, and the matching of rows to them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.inventory.imports.bulk_writes import rows_by_id
from server.inventory.imports.columns.cell_parsers import key_of, listed
from server.inventory.imports.columns.name_lookup import Names
from server.inventory.imports.columns.place_lookup import LineFound, UnitFound, lines_of, units_of
from server.inventory.imports.entities.register import Register
from server.inventory.imports.entities.table_rows import Thing
from server.inventory.imports.entities.venue_columns import COORD, VENUE_FIELDS
from server.inventory.imports.row_faults import Wrong
from server.inventory.screens.models import Screen
from server.inventory.venues import access
from server.inventory.venues.fields.coordinates import Coord
from server.inventory.venues.kinds import VEHICLES
from server.inventory.venues.models import Venue
from server.inventory.venues.queries import own_venue_ids

COLUMNS: Final = tuple(one for one in VENUE_FIELDS if one is not COORD)
NO_VENUE: Final = Sentence("没有“{}”这个点位。", "There is no venue {}.")
TAKEN: Final = Sentence(
    "编号“{}”已被别的点位使用。", "The code {} is that of another venue already."
)
SEVERAL: Final = Sentence(
    "本单位有几个点位叫“{}”：{}；请写编号或系统编号。",
    "Several venues of the unit are called {}: {}. Write the code or id.",
)
OTHER_CODE: Final = Sentence(
    "车号“{}”已登记，编号是“{}”。", "The vehicle {} is on record with the code {}."
)


@dataclass(frozen=True, slots=True)
class Options:
    """Defaults for rows: unit (the person's own), coordinate system.

    `new_lines` creates missing lines.
    """

    unit_id: int | None = None
    coord: Coord = "wgs84"
    new_lines: bool = False


class ScreenFound(NamedTuple):
    """A screen in service."""

    id: int
    venue_id: int
    serial: str | None
    name: str


ScreenAct = Literal["make", "adopt", "move"]


@dataclass
class VenueIndex:
    """Venues in the person's scope, and their vehicles by number; serials of all."""

    actor: Actor
    options: Options
    units: Names[UnitFound]
    lines: Names[LineFound]
    mine: frozenset[int]
    venues: Register = field(
        default_factory=lambda: Register("venue", "code", "unit_id", NO_VENUE, TAKEN)
    )
    vehicles: defaultdict[str, list[Thing]] = field(default_factory=lambda: defaultdict(list))
    serials: dict[str, ScreenFound] = field(default_factory=dict)
    screens: defaultdict[int, list[ScreenFound]] = field(default_factory=lambda: defaultdict(list))

    @property
    def default_unit(self) -> int:
        """The unit of a row without one."""
        return self.options.unit_id or self.actor.unit_id

    def place(self, venue: dict[str, Any]) -> access.Place:
        """The attributes that decide on permissions; the unit is in the person's scope."""
        people = frozenset({self.actor.user_id}) if venue.get("id") in self.mine else frozenset()
        return access.Place(self.units.by_id[venue["unit_id"]].path, venue["kind"], people)


def venue_index(
    session: Session, actor: Actor, options: Options, *, write: bool = False
) -> VenueIndex:
    """Read everything rows may refer to; with `write` only venues that the person may change."""
    mine = frozenset(own_venue_ids(session, actor.user_id))
    index = VenueIndex(actor, options, units_of(session, actor), lines_of(session, actor), mine)
    coded = session.execute(select(Venue.code, Venue.id).where(Venue.code.is_not(None)))
    index.venues.marks = {code: venue for code, venue in coded if code is not None}
    _read_venues(session, index, "venues.write" if write else "read")
    query = select(Screen.id, Screen.venue_id, Screen.serial, Screen.name)
    for row in session.execute(query.where(Screen.retired_at.is_(None)).order_by(Screen.id)):
        screen = ScreenFound(*row)
        index.screens[screen.venue_id].append(screen)
        if screen.serial is not None:
            index.serials[screen.serial] = screen
    return index


def _read_venues(session: Session, index: VenueIndex, action: Any) -> None:
    query = select(Venue).join(Unit, Venue.unit_id == Unit.id)
    for venue in rows_by_id(session, Venue, COLUMNS, query.where(access.rows(index.actor, action))):
        for name in ("lat", "lon"):
            venue[name] = None if venue[name] is None else round(venue[name], 7)
        venue["own_share"] = round(venue["own_share"], 6)
        index.venues.add(venue)
        if venue["vehicle"] and venue["kind"] in VEHICLES:
            index.vehicles[key_of(venue["vehicle"])].append(venue)


def match(index: VenueIndex, values: dict[str, Any], unit_id: int) -> Thing | None:
    """The venue of a row, None for a new one.

    Raises Wrong.
    """
    found = index.venues.marked(values)
    if found is not None:
        return found
    if is_vehicle(values):
        return _by_vehicle(index, values, unit_id)
    return _by_name(index, values, unit_id)


def is_vehicle(values: Mapping[str, Any]) -> bool:
    """Whether a row is identified by its vehicle number."""
    return bool(values.get("vehicle")) and values.get("kind", "bus") in VEHICLES


def serials_at(index: VenueIndex, venue_id: int | None) -> tuple[str, ...]:
    """The serials of a venue's screens."""
    screens = index.screens.get(venue_id or 0, [])
    return tuple(one.serial for one in screens if one.serial is not None)


def screen_acts(
    index: VenueIndex, venue_id: int | None, serials: tuple[str, ...]
) -> list[tuple[ScreenAct, str, int | None]]:
    """The actions that bring these serials to a venue: each with its serial and its screen.

    A screen moves with its serial; the only screen of a venue without a serial gets it.
    """
    there = serials_at(index, venue_id)
    bare = [one for one in index.screens.get(venue_id or 0, []) if one.serial is None]
    acts: list[tuple[ScreenAct, str, int | None]] = []
    for serial in (one for one in serials if one not in there):
        screen = index.serials.get(serial)
        if screen is not None:
            acts.append(("move", serial, screen.id))
        elif len(bare) == 1 and not there:
            acts.append(("adopt", serial, bare.pop().id))
        else:
            acts.append(("make", serial, None))
    return acts


def _by_vehicle(index: VenueIndex, values: dict[str, Any], unit_id: int) -> Thing | None:
    number, code = values["vehicle"], values.get("code")
    found = index.vehicles.get(key_of(number), [])
    here = [one for one in found if one["unit_id"] == unit_id]
    if "unit_id" in values or len(found) > 1:
        found = here
    if len(found) > 1:
        raise Wrong("vehicle", _several(number, found))
    if found and code and found[0]["code"] not in (None, code):
        raise Wrong("code", OTHER_CODE.filled(number, found[0]["code"]))
    return found[0] if found else None


def _by_name(index: VenueIndex, values: dict[str, Any], unit_id: int) -> Thing | None:
    """The unit's venue with this name; for a row with a new code one without a code."""
    name, kind = values.get("name"), values.get("kind")
    if not name:
        return None
    found = index.venues.named.get((unit_id, key_of(name)), [])
    of_kind = [one for one in found if not kind or one["kind"] == kind]
    return index.venues.only(of_kind, values, _several)


def _several(name: str, found: list[Thing]) -> Sentence:
    labels = [one["code"] or public("venue", one["id"]) for one in found[:5]]
    return SEVERAL.filled(name, listed(labels))
