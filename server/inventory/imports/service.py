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
from server.inventory.imports.columns.fields import PROBLEM, ParsedRow, parse_rows
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
    rows: list[ParsedRow]
    faults: list[RowFault]


def check_table(core: Core, actor: Actor, order: Order) -> dict[str, Any]:
    """The effect of an import, with each row's problem. Raises Invalid for an unreadable table."""
    read = _read(order)
    with core.config.read() as session:
        index = _index(session, actor, order)
        outcome = order.table.resolve(index, _breathing(read.rows), read.faults)
        return _document(order, read, index, outcome)


def import_table(
    core: Core, actor: Actor, order: Order, check: Check = unchecked
) -> dict[str, Any]:
    """Apply a table. Raises Invalid, with nothing done, if a row is wrong."""
    read = _read(order)
    table = order.table
    with core.config.write() as session:
        index = _index(session, actor, order)
        outcome = table.resolve(index, read.rows, read.faults)
        found = _document(order, read, index, outcome)
        check(found)
        if outcome.faults:
            raise to_mend(outcome.faults)
        written, audits = table.write(session, core, index, outcome.entries)
        if audits:
            counts = {name: found[name] for name in ("digest", "made", "changed", "also")}
            audits.append((f"{table.kind}.import", public("unit", actor.unit_id), counts))
        record_all(session, core.clock.now_ms(), actor.user_id or None, audits)
    written.publish(core)
    return {**found, "applied": True}


def faults_of(core: Core, actor: Actor, order: Order) -> tuple[Sheet, list[RowFault]]:
    """The table as uploaded, with all faults of its rows."""
    read = _read(order)
    with core.config.read() as session:
        index = _index(session, actor, order)
        outcome = order.table.resolve(index, read.rows, read.faults)
    outcome.in_order()
    return read.sheet, outcome.faults


def tag_of(found: Mapping[str, Any]) -> dict[str, Any]:
    """The content of an answer's ETag: the file and its whole effect."""
    return {name: found[name] for name in ("digest", "state", "applied")}


def _read(order: Order) -> Read:
    fields = order.table.accepted
    sheet = read_bounded(order.content, [field.column() for field in fields])
    rows, faults = parse_rows(sheet.records(), fields)
    return Read(sheet, rows, faults)


def _index(session: Session, actor: Actor, order: Order) -> Any:
    unit = None
    if order.unit_id is not None:
        unit = account_queries.find_unit(session, actor, "read", order.unit_id).id
    options = Options(unit_id=unit, coord=order.coord, new_lines=order.new_lines)
    return order.table.index(session, actor, options)


def _breathing(rows: Sequence[ParsedRow]) -> Iterator[ParsedRow]:
    """The rows, yielding to other requests in between; never within a writing transaction."""
    for number, row in enumerate(rows):
        if number % BREATH_ROWS == BREATH_ROWS - 1:
            yield_to_loop()
        yield row


def _document(order: Order, read: Read, index: Any, outcome: Outcome) -> dict[str, Any]:
    table, language = order.table, order.language
    kind = "venue" if table.kind == "vehicle" else table.kind

    def shown(name: str, value: Any) -> str:
        return str(table.value(index, name, value, language))

    unknown = [title for title in read.sheet.unknown() if title not in PROBLEM]
    return document(kind, order.content, outcome, unknown, shown)
