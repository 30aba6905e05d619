"""Writes the entries of a table of venues or vehicles: lines, venues, screens."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.orm import Session

from server.accounts.audit_log.record import Entry as Audit
from server.foundation.core import Core
from server.inventory.imports.applied_changes import Written
from server.inventory.imports.bulk_writes import audits_of, change_all, change_screens, make_all
from server.inventory.imports.columns.cell_parsers import key_of
from server.inventory.imports.entities.lines import empty_line
from server.inventory.imports.entities.venue_matching import VenueIndex, screen_acts
from server.inventory.imports.outcomes import Entry
from server.inventory.screens.models import Screen
from server.inventory.screens.rendition_classes import class_for
from server.inventory.venues.kinds import VEHICLES
from server.inventory.venues.models import Line, Venue
from server.inventory.venues.service import CONTACT_FIELDS

# All columns of a new venue; rows of one statement have equal columns.
EMPTY: Final[dict[str, Any]] = {
    "code": None, "territory_unit_id": None, "line_id": None, "access": "player", "address": "",
    "lat": None, "lon": None, "viewing_distance_m": None, "contact_name": "", "contact_phone": "",
    "vehicle": "", "depot": "", "own_share": 0.0, "takeover_policy": "always", "tags": [],
}  # fmt: skip
ON_BOARD, IN_HOUSE = "车载屏", "显示屏"


def write_venues(
    session: Session, core: Core, index: VenueIndex, entries: Sequence[Entry]
) -> tuple[Written, list[Audit]]:
    """Write all entries in the caller's transaction; returns written objects and audit entries."""
    now_ms = core.clock.now_ms()
    written, audits = Written(), list[Audit]()
    lines = _make_lines(session, entries, now_ms, audits)
    made = [entry for entry in entries if entry.act == "make"]
    rows = [_new_row(entry, lines, core) for entry in made]
    numbers = dict(zip((one.row for one in made), make_all(session, Venue, rows), strict=True))
    audits += audits_of("venue", numbers.values(), ())
    changed = [entry for entry in entries if entry.act == "change"]
    _change(session, changed, lines, written, audits)
    numbers |= {entry.row: entry.id for entry in changed if entry.id is not None}
    screens = _Screens()
    for entry in (*made, *changed):
        _gather_screens(index, entry, numbers[entry.row], now_ms, screens)
    _write_screens(session, screens, written, audits)
    return written, audits


def _make_lines(
    session: Session, entries: Iterable[Entry], now_ms: int, audits: list[Audit]
) -> dict[tuple[int, str], int]:
    wanted: dict[tuple[int, str], str] = {}
    for entry in entries:
        line = entry.values.get("line_id")
        if isinstance(line, str):
            unit, name = _line_words(line)
            wanted.setdefault((unit, key_of(name)), name)
    empty = empty_line(now_ms)
    rows = [{**empty, "unit_id": unit, "name": name} for (unit, _), name in wanted.items()]
    made = make_all(session, Line, rows)
    audits += audits_of("line", made, ())
    return dict(zip(wanted, made, strict=True))


def _line_words(text: str) -> tuple[int, str]:
    _, unit, name = text.split("+", 2)
    return int(unit), name


def _stored(entry: Entry, lines: dict[tuple[int, str], int]) -> dict[str, Any]:
    """The columns of a venue, with the numbers of lines just created."""
    row = {name: value for name, value in entry.values.items() if name != "serial"}
    if isinstance(row.get("line_id"), str):
        unit, name = _line_words(row["line_id"])
        row["line_id"] = lines[unit, key_of(name)]
    return row


def _new_row(entry: Entry, lines: dict[tuple[int, str], int], core: Core) -> dict[str, Any]:
    zone = core.settings.timezone
    made = {"timezone": zone, "created_at": core.clock.now_ms()}
    return {**EMPTY, **made, **_stored(entry, lines)}


def _change(
    session: Session,
    entries: Iterable[Entry],
    lines: dict[tuple[int, str], int],
    written: Written,
    audits: list[Audit],
) -> None:
    rows: list[dict[str, Any]] = []
    changed: list[int] = []
    for entry in entries:
        row = _stored(entry, lines)
        if not row or entry.id is None:
            continue
        rows.append({"id": entry.id, **row})
        if not row.keys() <= CONTACT_FIELDS:
            changed.append(entry.id)
    change_all(session, Venue, rows)
    audits += audits_of("venue", (), rows)
    written.venues_changed = tuple(changed)


@dataclass
class _Screens:
    """Rows of screens to create and change, and the venues that some of them leave."""

    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    left: set[int] = field(default_factory=set)


def _gather_screens(
    index: VenueIndex, entry: Entry, venue_id: int, now_ms: int, into: _Screens
) -> None:
    acts = screen_acts(index, entry.id, entry.values.get("serial", ()))
    kind = entry.values.get("kind") or index.venues.things.get(entry.id or 0, {}).get("kind")
    usual = ON_BOARD if kind in VEHICLES else IN_HOUSE
    count = len(index.screens.get(entry.id or 0, []))
    several = count + sum(act == "make" for act, _, _ in acts) > 1
    for act, serial, screen in acts:
        if act == "make":
            count += 1
            name = f"{usual} {count}" if several else usual
            row = {"venue_id": venue_id, "serial": serial, "name": name, "tags": []}
            size = {"width": None, "height": None, "rendition_class": class_for(None, None)}
            into.new.append({**row, **size, "created_at": now_ms})
        else:
            moved = {"venue_id": venue_id} if act == "move" else {"serial": serial}
            into.changed.append({"id": screen, **moved})
            if act == "move":
                into.left.add(index.serials[serial].venue_id)


def _write_screens(
    session: Session, screens: _Screens, written: Written, audits: list[Audit]
) -> None:
    added = make_all(session, Screen, screens.new)
    change_screens(session, screens.changed, screens.left)
    audits += audits_of("screen", added, screens.changed)
    written.screens_added = tuple(added)
    written.screens_changed = tuple(one["id"] for one in screens.changed)
