"""Rows of a table of venues or vehicles, resolved against existing objects and permissions."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from server.foundation.i18n import Sentence
from server.foundation.spreadsheets.cells import Unreadable
from server.inventory.imports.columns.cell_parsers import filled, key_of
from server.inventory.imports.columns.fields import Wish, is_there
from server.inventory.imports.columns.hours_text import hours_text
from server.inventory.imports.columns.map_points import note_points, point_of
from server.inventory.imports.columns.name_lookup import found_in
from server.inventory.imports.entities import venue_columns as fields
from server.inventory.imports.entities.register import NO_RIGHT
from server.inventory.imports.entities.table_rows import (
    Keys,
    Thing,
    check_twice,
    resolved,
    taken_up,
)
from server.inventory.imports.entities.venue_matching import (
    Known,
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

    known: Known
    vehicles: bool
    new_lines: dict[tuple[int, str], str] = field(default_factory=dict)


def resolve_venues(
    known: Known, wishes: Iterable[Wish], faults: Sequence[RowFault], *, vehicles: bool
) -> Outcome:
    """The effect of the rows. In a table of vehicles the default kind is 公交车."""
    reading = RowResolution(known, vehicles)
    outcome = resolved(wishes, faults, _called, partial(_read_row, reading))
    for entry in outcome.entries:
        _note_elsewhere(known, outcome, entry)
        if "serial" in entry.values:
            _note_screens(known, outcome, entry)
    lines = {entry.values.get("line_id") for entry in outcome.entries}
    outcome.also["lines"] += sum(1 for one in lines if isinstance(one, str))
    note_points(outcome, known.venues.things.values())
    return outcome


def _called(wish: Wish) -> object:
    values = wish.values
    return values.get("name") or values.get("vehicle") or values.get("code")


def _read_row(reading: RowResolution, seen: Seen, wish: Wish) -> Entry:
    known, values = reading.known, dict(wish.values)
    unit_id = _unit(known, values)
    target = match(known, values, unit_id)
    check_twice(seen, wish.row, _keys(reading, values, unit_id, target))
    wished = _wished(reading, values, unit_id, target)
    if target is None:
        wished = _new(reading, wished, unit_id)
    else:
        wished = {key: value for key, value in wished.items() if not _is_there(target, key, value)}
    known.venues.require_free(wished.get("code"), target)
    serials = _serials(known, seen, wish, target)
    if serials:
        wished["serial"] = serials
    before = None if target is None else {**target, "serial": serials_at(known, target["id"])}
    name = wished.get("name") or (target or {}).get("name") or ""
    entry = entry_of(wish.row, before, wished, name)
    _check_phone(known, target, wish)
    _check_rights(known, target, dict(entry.values), unit_id)
    return entry


def _unit(known: Known, values: dict[str, Any]) -> int:
    if "unit_id" not in values:
        if known.default_unit not in known.units.by_id:
            raise Wrong("unit_id", NEEDED)
        return known.default_unit
    unit = found_in("unit_id", known.units, values["unit_id"])
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


def _wished(
    reading: RowResolution, values: dict[str, Any], unit_id: int, target: Thing | None
) -> dict[str, Any]:
    """The row's values by the columns of a venue."""
    known = reading.known
    if reading.vehicles and values.get("kind", "bus") not in VEHICLES:
        raise Wrong("kind", NO_VEHICLE)
    kept = ("id", "coord", "lat", "lon", "serial")
    wished = {key: value for key, value in values.items() if key not in kept}
    if wished.get("territory_unit_id"):
        words = wished["territory_unit_id"]
        found = found_in("territory_unit_id", known.units, words)
        wished["territory_unit_id"] = found.id
    if wished.get("line_id"):
        wished["line_id"] = _line(reading, wished["line_id"], unit_id)
    if "hours" in wished and wished["hours"] is None:
        kind = wished.get("kind") or (target or {}).get("kind", "bus")
        wished["hours"] = KINDS[kind].usual_hours()
    return wished | point_of(values, values.get("coord", known.options.coord))


def _line(reading: RowResolution, words: str, unit_id: int) -> int | str:
    """The line's number, or `+unit+name` for one to be created."""
    known = reading.known
    try:
        return known.lines.find(words, lambda line: line.unit_id == unit_id).id
    except Unreadable as error:
        place = access.Place(known.units.by_id[unit_id].path, "bus")
        missing = not known.lines.knows(words) and not _LINE_ID.fullmatch(words)
        if not (known.options.new_lines and missing):
            raise Wrong("line_id", error.detail) from error
        if not access.may(known.actor, "venues.write", place):
            raise Wrong("line_id", NO_RIGHT) from error
    return reading.new_lines.setdefault((unit_id, key_of(words)), f"+{unit_id}+{words}")


def _new(reading: RowResolution, wished: dict[str, Any], unit_id: int) -> dict[str, Any]:
    """A new venue, with defaults for missing values."""
    kind = wished.get("kind") or ("bus" if reading.vehicles else None)
    if kind is None:
        raise Wrong("kind", NEEDED)
    name = wished.get("name") or (wished.get("vehicle") if kind in VEHICLES else None)
    if not name:
        raise Wrong("vehicle" if reading.vehicles else "name", NEEDED)
    usual = {"hours": KINDS[kind].usual_hours(), "access": "player", "unit_id": unit_id}
    return {**usual, **wished, "kind": kind, "name": name}


def _is_there(target: Thing, name: str, value: Any) -> bool:
    if name == "hours" and target[name] != value:
        return is_there((fields.HOURS,), name, hours_text(target[name], "zh"), value)
    return is_there(_PLAIN, name, target[name], value)


def _check_phone(known: Known, target: Thing | None, wish: Wish) -> None:
    """A masked phone can't be compared for the person. Raises Wrong."""
    if target is None or "contact_phone" not in wish.values:
        return
    if not access.may(known.actor, "venues.write", known.place(target)):
        raise Wrong("contact_phone", NO_RIGHT)


def _check_rights(known: Known, target: Thing | None, values: dict[str, Any], unit_id: int) -> None:
    """The permission checks of single requests. Raises Wrong."""
    actor = known.actor
    if target is not None and values:
        roles = access.roles_at(actor, "venues.write", known.place(target))
        beyond = [name for name in values if name not in CONTACT_FIELDS]
        if not roles or (roles == {"venue"} and beyond):
            raise Wrong((beyond or list(values))[0], NO_RIGHT)
        if not beyond:
            return
    if target is None or values:
        after = {**(target or {}), **values}
        place = known.place({**after, "unit_id": after.get("unit_id", unit_id)})
        if not access.roles_at(actor, "venues.write", place) - {"venue"}:
            raise Wrong("unit_id" if target is None else "kind", NO_RIGHT)
        if "serial" in values and not access.may(actor, "screens.pair", place):
            raise Wrong("serial", NO_RIGHT)


def _serials(known: Known, seen: Seen, wish: Wish, target: Thing | None) -> tuple[str, ...]:
    """The resulting serials: existing ones, and the row's."""
    wished = wish.values.get("serial") or ()
    there = () if target is None else serials_at(known, target["id"])
    for serial in wished:
        check_twice(seen, wish.row, [("serial", ("serial", serial))])
        screen = known.serials.get(serial)
        if screen is not None and serial not in there:
            home = known.venues.things.get(screen.venue_id)
            if home is None:
                raise Wrong("serial", filled(SERIAL_TAKEN, serial))
            if not access.may(known.actor, "screens.pair", known.place(home)):
                raise Wrong("serial", NO_RIGHT)
    return (*there, *(one for one in wished if one not in there))


def _note_elsewhere(known: Known, outcome: Outcome, entry: Entry) -> None:
    number = entry.values.get("vehicle")
    others = known.vehicles.get(key_of(number), []) if number else []
    if entry.act == "make" and others:
        called = known.units.called(others[0]["unit_id"])
        outcome.note(entry.row, "vehicle", filled(ELSEWHERE, number, called))


def _note_screens(known: Known, outcome: Outcome, entry: Entry) -> None:
    acts = screen_acts(known, entry.id, entry.values["serial"])
    there = entry.before.get("serial", ())
    new = [serial for act, serial, _ in acts if act == "make"]
    outcome.also["screens"] += len(new)
    if there and new:
        outcome.note(entry.row, "serial", filled(MORE_SCREENS, "、".join(there), "、".join(new)))
