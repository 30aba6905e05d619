"""Imports tables: a check reports the effect, then everything is written or nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from server.accounts import queries as account_queries
from server.accounts.actor import Actor
from server.accounts.audit_log.record import record_all
from server.foundation.core import Core
from server.foundation.public_ids import public
from server.foundation.rest.preconditions import Check, unchecked
from server.foundation.runtime.yielding import yield_to_loop
from server.foundation.spreadsheets.limited_reader import read_bounded
from server.foundation.spreadsheets.reader import Sheet
from server.inventory.imports.columns.fields import PROBLEM, Wish, read_wishes
from server.inventory.imports.entities.venue_matching import Options
from server.inventory.imports.outcomes import Outcome, document
from server.inventory.imports.registry import Table
from server.inventory.imports.row_faults import RowFault, to_mend
from server.inventory.venues.fields.coordinates import Coord

BREATH_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class Order:
    """A file to import: its table, and defaults for rows."""

    table: Table
    content: bytes
    unit_id: str | None = None
    coord: Coord = "wgs84"
    new_lines: bool = False
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class Read:
    """A parsed file, before matching."""

    sheet: Sheet
    wishes: list[Wish]
    faults: list[RowFault]


def check_table(core: Core, actor: Actor, order: Order) -> dict[str, Any]:
    """The effect of an import, with each row's problem. Raises Invalid for an unreadable table."""
    read = _read(order)
    with core.config.read() as session:
        known = _known(session, actor, order)
        outcome = order.table.resolve(known, _breathing(read.wishes), read.faults)
        return _document(order, read, known, outcome)


def import_table(
    core: Core, actor: Actor, order: Order, check: Check = unchecked
) -> dict[str, Any]:
    """Apply a table. Raises Invalid, with nothing done, if a row is wrong."""
    read = _read(order)
    table = order.table
    with core.config.write() as session:
        known = _known(session, actor, order)
        outcome = table.resolve(known, read.wishes, read.faults)
        found = _document(order, read, known, outcome)
        check(found)
        if outcome.faults:
            raise to_mend(outcome.faults)
        written, audits = table.write(session, core, known, outcome.entries)
        if audits:
            counts = {name: found[name] for name in ("digest", "made", "changed", "also")}
            audits.append((f"{table.kind}.import", public("unit", actor.unit_id), counts))
        record_all(session, core.clock.now_ms(), actor.user_id or None, audits)
    written.tell(core)
    return {**found, "applied": True}


def faults_of(core: Core, actor: Actor, order: Order) -> tuple[Sheet, list[RowFault]]:
    """The table as uploaded, with all faults of its rows."""
    read = _read(order)
    with core.config.read() as session:
        known = _known(session, actor, order)
        outcome = order.table.resolve(known, read.wishes, read.faults)
    outcome.in_order()
    return read.sheet, outcome.faults


def tag_of(found: Mapping[str, Any]) -> dict[str, Any]:
    """The content of an answer's ETag: the file and its whole effect."""
    return {name: found[name] for name in ("digest", "state", "applied")}


def _read(order: Order) -> Read:
    fields = order.table.accepted
    sheet = read_bounded(order.content, [field.column() for field in fields])
    wishes, faults = read_wishes(sheet.records(), fields)
    return Read(sheet, wishes, faults)


def _known(session: Session, actor: Actor, order: Order) -> Any:
    unit = None
    if order.unit_id is not None:
        unit = account_queries.find_unit(session, actor, "read", order.unit_id).id
    options = Options(unit_id=unit, coord=order.coord, new_lines=order.new_lines)
    return order.table.known(session, actor, options)


def _breathing(wishes: Sequence[Wish]) -> Iterator[Wish]:
    """The rows, yielding to other requests in between; never within a writing transaction."""
    for number, wish in enumerate(wishes):
        if number % BREATH_ROWS == BREATH_ROWS - 1:
            yield_to_loop()
        yield wish


def _document(order: Order, read: Read, known: Any, outcome: Outcome) -> dict[str, Any]:
    table, language = order.table, order.language
    kind = "venue" if table.kind == "vehicle" else table.kind

    def shown(name: str, value: Any) -> str:
        return str(table.value(known, name, value, language))

    unknown = [title for title in read.sheet.unknown() if title not in PROBLEM]
    return document(kind, order.content, outcome, unknown, shown)
