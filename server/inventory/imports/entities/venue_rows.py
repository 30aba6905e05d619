"""Rows of a table of venues or vehicles, resolved against existing objects and permissions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from server.foundation.i18n import Sentence
from server.foundation.spreadsheets.cells import Unreadable
from server.inventory.imports.columns.cell_parsers import key_of
from server.inventory.imports.columns.fields import ParsedRow, is_there
from server.inventory.imports.columns.hours_text import hours_text
from server.inventory.imports.columns.map_points import note_points, point_of
from server.inventory.imports.columns.name_lookup import found_in
from server.inventory.imports.entities import venue_columns as fields
from server.inventory.imports.entities.register import NO_RIGHT
from server.inventory.imports.entities.shared_names import Found, Name, SharedNames
from server.inventory.imports.entities.table_rows import (
    Keys,
    Thing,
    check_twice,
    resolved,
    taken_up,
)
from server.inventory.imports.entities.venue_matching import (
    VenueIndex,
    is_vehicle,
    match,
    screen_acts,
    serials_at,
)
from server.inventory.imports.outcomes import Entry, Outcome, Seen, entry_of
from server.inventory.imports.row_faults import NEEDED, RowFault, Wrong
from server.inventory.venues import access
from server.inventory.venues.kinds import KINDS, VEHICLES
from server.inventory.venues.service import CONTACT_FIELDS

NO_VEHICLE: Final = Sentence(
    "车辆只能是公交车或出租车；其他点位请用“点位”表。",
    "A vehicle is a bus or a taxi: other venues have a table of their own.",
)
SERIAL_TAKEN: Final = Sentence(
    "序列号“{}”已登记在别的单位。", "The serial {} is on record with another unit."
)
ELSEWHERE: Final = Sentence(
    "车号“{}”在“{}”已有登记，这里会另建一辆。",
    "The vehicle {} is on record with {}: another one will be made here.",
)
MORE_SCREENS: Final = Sentence(
    "这里已有屏“{}”，“{}”会作为另一块屏登记；若是更换终端，请在显示屏页操作。",
    "There is the screen {} already and {} will be another one: to replace a box use the "
    "screen's page.",
)
_LINE_ID: Final = re.compile(r"n_\d+")
_PLAIN: Final = (
    fields.CODE, fields.NAME, fields.ADDRESS, fields.CONTACT_NAME, fields.CONTACT_PHONE,
    fields.TAGS, fields.VEHICLE, fields.DEPOT,
)  # fmt: skip


@dataclass
class RowResolution:
    """State while rows are resolved."""

    index: VenueIndex
    vehicles: bool
    new_lines: dict[tuple[int, str], str] = field(default_factory=dict)


class VenueNames(SharedNames):
    """Names of venues, of their kind or any; numbers of vehicles, of their unit or any."""

    def names_of(self, thing: Thing) -> tuple[Name, ...]:
        """All names by which a row could find an object."""
        unit, name = thing["unit_id"], key_of(thing["name"])
        names = (unit, name, None), (unit, name, thing["kind"])
        if not is_vehicle(thing):
            return names
        number = key_of(thing["vehicle"])
        return (*names, (number, None), (number, unit))

    def found_by(self, values: Mapping[str, Any], target: Thing) -> Found:
        """How a row without id and code has found its object."""
        unit = target["unit_id"]
        if is_vehicle(values):
            return "vehicle", (key_of(values["vehicle"]), unit if "unit_id" in values else None)
        return "name", (unit, key_of(target["name"]), values.get("kind"))


def resolve_venues(
    index: VenueIndex, rows: Iterable[ParsedRow], faults: Sequence[RowFault], *, vehicles: bool
) -> Outcome:
    """The effect of the rows. In a table of vehicles the default kind is 公交车."""
    reading = RowResolution(index, vehicles)
    names = VenueNames(index.venues)
    outcome = resolved(rows, faults, _called, names.noting(partial(_read_row, reading)))
    names.report(outcome)
    for entry in outcome.entries:
        _note_elsewhere(index, outcome, entry)
        if "serial" in entry.values:
            _note_screens(index, outcome, entry)
    lines = {entry.values.get("line_id") for entry in outcome.entries}
    outcome.also["lines"] += sum(1 for one in lines if isinstance(one, str))
    note_points(outcome, index.venues.things.values())
    return outcome


def _called(parsed: ParsedRow) -> object:
    values = parsed.values
    return values.get("name") or values.get("vehicle") or values.get("code")


def _read_row(reading: RowResolution, seen: Seen, parsed: ParsedRow) -> Entry:
    index, values = reading.index, dict(parsed.values)
    unit_id = _unit(index, values)
    target = match(index, values, unit_id)
    check_twice(seen, parsed.row, _keys(reading, values, unit_id, target))
    desired = _desired(reading, values, unit_id, target)
    if target is None:
        desired = _new(reading, desired, unit_id)
    else:
        desired = {
            key: value for key, value in desired.items() if not _is_there(target, key, value)
        }
    index.venues.require_free(desired.get("code"), target)
    serials = _serials(index, seen, parsed, target)
    if serials:
        desired["serial"] = serials
    before = None if target is None else {**target, "serial": serials_at(index, target["id"])}
    name = desired.get("name") or (target or {}).get("name") or ""
    entry = entry_of(parsed.row, before, desired, name)
    _check_phone(index, target, parsed)
    _check_rights(index, target, dict(entry.values), unit_id)
    return entry


def _unit(index: VenueIndex, values: dict[str, Any]) -> int:
    if "unit_id" not in values:
        if index.default_unit not in index.units.by_id:
            raise Wrong("unit_id", NEEDED)
        return index.default_unit
    unit = found_in("unit_id", index.units, values["unit_id"])
    values["unit_id"] = unit.id
    return unit.id


def _keys(
    reading: RowResolution, values: dict[str, Any], unit_id: int, target: Thing | None
) -> Keys:
    """Keys that no other row of the table may have."""
    vehicle, code = values.get("vehicle"), values.get("code")
    kind = values.get("kind") or ("bus" if reading.vehicles else "")
    keys: Keys = [("code", ("code", code))] if code else []
    if target is not None:
        keys.append(("code" if code else "vehicle" if vehicle else "name", target["id"]))
        keys += _new_names(values, target)
    elif is_vehicle(values):
        keys.append(("vehicle", (unit_id, key_of(str(vehicle)))))
    elif not code and values.get("name"):
        keys.append(("name", (unit_id, key_of(values["name"]), kind)))
    return keys


def _new_names(values: dict[str, Any], target: Thing) -> Keys:
    """The new name of a venue without a code, if it changes."""
    if values.get("code") or target["code"] is not None:
        return []
    column = "vehicle" if is_vehicle({**target, **values}) else "name"
    by = ("unit_id", "vehicle") if column == "vehicle" else ("unit_id", "name", "kind")
    after = taken_up(target, values, by)
    return [] if after is None else [(column, after)]


def _desired(
    reading: RowResolution, values: dict[str, Any], unit_id: int, target: Thing | None
) -> dict[str, Any]:
    """The row's values by the columns of a venue."""
    index = reading.index
    if reading.vehicles and values.get("kind", "bus") not in VEHICLES:
        raise Wrong("kind", NO_VEHICLE)
    kept = ("id", "coord", "lat", "lon", "serial")
    desired = {key: value for key, value in values.items() if key not in kept}
    if desired.get("territory_unit_id"):
        words = desired["territory_unit_id"]
        found = found_in("territory_unit_id", index.units, words)
        desired["territory_unit_id"] = found.id
    if desired.get("line_id"):
        desired["line_id"] = _line(reading, desired["line_id"], unit_id)
    if "hours" in desired and desired["hours"] is None:
        kind = desired.get("kind") or (target or {}).get("kind", "bus")
        desired["hours"] = KINDS[kind].usual_hours()
    return desired | point_of(values, values.get("coord", index.options.coord))


def _line(reading: RowResolution, words: str, unit_id: int) -> int | str:
    """The line's number, or `+unit+name` for one to be created."""
    index = reading.index
    try:
        return index.lines.find(words, lambda line: line.unit_id == unit_id).id
    except Unreadable as error:
        missing = not index.lines.has(words) and not _LINE_ID.fullmatch(words)
        if not (index.options.new_lines and missing):
            raise Wrong("line_id", error.detail) from error
        if not access.may_write_lines(index.actor, index.units.by_id[unit_id].path):
            raise Wrong("line_id", NO_RIGHT) from error
    return reading.new_lines.setdefault((unit_id, key_of(words)), f"+{unit_id}+{words}")


def _new(reading: RowResolution, desired: dict[str, Any], unit_id: int) -> dict[str, Any]:
    """A new venue, with defaults for missing values."""
    kind = desired.get("kind") or ("bus" if reading.vehicles else None)
    if kind is None:
        raise Wrong("kind", NEEDED)
    name = desired.get("name") or (desired.get("vehicle") if kind in VEHICLES else None)
    if not name:
        raise Wrong("vehicle" if reading.vehicles else "name", NEEDED)
    usual = {"hours": KINDS[kind].usual_hours(), "access": "player", "unit_id": unit_id}
    return {**usual, **desired, "kind": kind, "name": name}


def _is_there(target: Thing, name: str, value: Any) -> bool:
    if name == "hours" and target[name] != value:
        return is_there((fields.HOURS,), name, hours_text(target[name], "zh"), value)
    return is_there(_PLAIN, name, target[name], value)


def _check_phone(index: VenueIndex, target: Thing | None, parsed: ParsedRow) -> None:
    """A masked phone can't be compared for the person. Raises Wrong."""
    if target is None or "contact_phone" not in parsed.values:
        return
    if not access.may(index.actor, "venues.write", index.place(target)):
        raise Wrong("contact_phone", NO_RIGHT)


def _check_rights(
    index: VenueIndex, target: Thing | None, values: dict[str, Any], unit_id: int
) -> None:
    """The permission checks of single requests. Raises Wrong."""
    actor = index.actor
    if target is not None and values:
        roles = access.roles_at(actor, "venues.write", index.place(target))
        beyond = [name for name in values if name not in CONTACT_FIELDS]
        if not roles or (roles == {"venue"} and beyond):
            raise Wrong((beyond or list(values))[0], NO_RIGHT)
        if not beyond:
            return
    if target is None or values:
        after = {**(target or {}), **values}
        place = index.place({**after, "unit_id": after.get("unit_id", unit_id)})
        if not access.roles_at(actor, "venues.write", place) - {"venue"}:
            raise Wrong("unit_id" if target is None else "kind", NO_RIGHT)
        if "serial" in values and not access.may(actor, "screens.pair", place):
            raise Wrong("serial", NO_RIGHT)


def _serials(
    index: VenueIndex, seen: Seen, parsed: ParsedRow, target: Thing | None
) -> tuple[str, ...]:
    """The resulting serials: existing ones, and the row's."""
    requested = parsed.values.get("serial") or ()
    there = () if target is None else serials_at(index, target["id"])
    for serial in requested:
        check_twice(seen, parsed.row, [("serial", ("serial", serial))])
        screen = index.serials.get(serial)
        if screen is not None and serial not in there:
            home = index.venues.things.get(screen.venue_id)
            if home is None:
                raise Wrong("serial", SERIAL_TAKEN.filled(serial))
            if not access.may(index.actor, "screens.pair", index.place(home)):
                raise Wrong("serial", NO_RIGHT)
    return (*there, *(one for one in requested if one not in there))


def _note_elsewhere(index: VenueIndex, outcome: Outcome, entry: Entry) -> None:
    number = entry.values.get("vehicle")
    others = index.vehicles.get(key_of(number), []) if number else []
    if entry.act == "make" and others:
        called = index.units.called(others[0]["unit_id"])
        outcome.note(entry.row, "vehicle", ELSEWHERE.filled(number, called))


def _note_screens(index: VenueIndex, outcome: Outcome, entry: Entry) -> None:
    acts = screen_acts(index, entry.id, entry.values["serial"])
    there = entry.before.get("serial", ())
    new = [serial for act, serial, _ in acts if act == "make"]
    outcome.also["screens"] += len(new)
    if there and new:
        outcome.note(entry.row, "serial", MORE_SCREENS.filled("、".join(there), "、".join(new)))
