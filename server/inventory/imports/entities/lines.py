"""The table of lines: columns, matching and writing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.audit_log.record import Entry as Audit
from server.foundation.core import Core
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.inventory.imports.applied_changes import Written
from server.inventory.imports.bulk_writes import (
    audits_of,
    change_all,
    changes_of,
    make_new,
    rows_by_id,
)
from server.inventory.imports.columns import cell_parsers as readers
from server.inventory.imports.columns.fields import ID, Field, ParsedRow, is_there
from server.inventory.imports.columns.name_lookup import Names, found_in
from server.inventory.imports.columns.place_lookup import UnitFound, units_of
from server.inventory.imports.entities.register import Register
from server.inventory.imports.entities.shared_names import SharedNames
from server.inventory.imports.entities.table_rows import Thing, check_twice, resolved
from server.inventory.imports.entities.venue_columns import CODE as VENUE_CODE
from server.inventory.imports.entities.venue_columns import DEPOT, UNIT
from server.inventory.imports.entities.venue_matching import Options
from server.inventory.imports.outcomes import Entry, Outcome, Seen, entry_of
from server.inventory.imports.row_faults import NEEDED, RowFault, Wrong
from server.inventory.venues.access import may_write_lines
from server.inventory.venues.models import Line

NO_LINE: Final = Sentence("没有“{}”这条线路。", "There is no line {}.")
TAKEN: Final = Sentence(
    "编号“{}”已被别的线路使用。", "The code {} is that of another line already."
)
SEVERAL: Final = Sentence(
    "本单位有几条线路叫“{}”：{}；请写编号或系统编号。",
    "Several lines of the unit are called {}: {}. Write the code or id.",
)

ID_FIELD: Final = Field(
    "id", ID, readers.code(64), ("line_id",), width=10, text=True,
    how=Sentence("导出时带出；新建时不填。", "As exported; leave it empty for new ones."),
    example=Sentence("n_30", "n_30"),
)  # fmt: skip
CODE: Final = Field(
    "code", VENUE_CODE.title, VENUE_CODE.read, ("线路编号", "线路代码", "代码"), None, text=True,
    how=Sentence(
        "本区台账里的编号，全区不重复；再次导入时按它认出同一条线路。",
        "The number of your own list, once in the district; tells what is the same next time.",
    ),
    example=Sentence("L003", "L003"),
)  # fmt: skip
NAME: Final = Field(
    "name", Sentence("线路名称", "Line"), readers.text(120), ("名称", "线路", "线路名", "name"),
    needed=True, width=18, example=Sentence("3 路", "3 路"),
)  # fmt: skip
FIRST: Final = Field(
    "first_service", Sentence("首班", "First service"), readers.clock(),
    ("首班时间", "首班车", "首车"), None, how=Sentence("例如 06:10。", "Such as 06:10."),
    example=Sentence("06:10", "06:10"),
)  # fmt: skip
LAST: Final = Field(
    "last_service", Sentence("末班", "Last service"), readers.clock(end=True),
    ("末班时间", "末班车", "末车"), None,
    how=Sentence(
        "末班过零点的写次日时间，如 00:30。",
        "After midnight write the time of the next day, such as 00:30.",
    ),
    example=Sentence("21:40", "21:40"),
)  # fmt: skip
VEHICLES: Final = Field(
    "vehicles", Sentence("车辆备注", "Vehicles (note)"), readers.words(1000),
    ("车辆", "配车", "vehicles"), [], width=20,
    how=Sentence(
        "只作备注；车辆本身用“车辆”表导入。", "A note only: vehicles have a table of their own."
    ),
    example=Sentence("苏C·10086、苏C·10087", "苏C·10086, 苏C·10087"),
)  # fmt: skip
LINE_FIELDS: Final = (CODE, NAME, UNIT, DEPOT, FIRST, LAST, VEHICLES)
_PLAIN: Final = (CODE, NAME, DEPOT, VEHICLES)


@dataclass(frozen=True)
class LineIndex:
    """Lines in the person's scope; codes of all."""

    actor: Actor
    units: Names[UnitFound]
    default_unit: int
    lines: Register

    def may(self, unit_id: int) -> bool:
        """Whether the person may write lines of that unit."""
        return may_write_lines(self.actor, self.units.by_id[unit_id].path)


def line_index(
    session: Session, actor: Actor, options: Options, *, write: bool = False
) -> LineIndex:
    """Read everything rows may refer to; with `write` only lines that the person may change."""
    lines = Register("line", "code", "unit_id", NO_LINE, TAKEN)
    index = LineIndex(actor, units_of(session, actor), options.unit_id or actor.unit_id, lines)
    for line in rows_by_id(session, Line, LINE_FIELDS, select(Line)):
        unit_id = line["unit_id"]
        seen = unit_id in index.units.by_id and (not write or index.may(unit_id))
        lines.add(line, in_scope=seen)
    return index


def resolve_lines(
    index: LineIndex, rows: Iterable[ParsedRow], faults: Sequence[RowFault]
) -> Outcome:
    """The effect of the rows."""
    names = SharedNames(index.lines)
    outcome = resolved(rows, faults, _called, names.noting(partial(_entry, index)))
    names.report(outcome)
    return outcome


def write_lines(
    session: Session, core: Core, _index: LineIndex, entries: Sequence[Entry]
) -> tuple[Written, list[Audit]]:
    """Write all entries in the caller's transaction; no events are needed."""
    made = make_new(session, Line, empty_line(core.clock.now_ms()), entries)
    rows = changes_of(entries)
    change_all(session, Line, rows)
    return Written(), audits_of("line", made, rows)


def empty_line(now_ms: int) -> dict[str, Any]:
    """The columns of a new line, its unit and its name aside."""
    return {
        "code": None, "depot": "", "first_service": None, "last_service": None, "vehicles": [],
        "created_at": now_ms,
    }  # fmt: skip


def _called(parsed: ParsedRow) -> object:
    return parsed.values.get("name") or parsed.values.get("code")


def _entry(index: LineIndex, seen: Seen, parsed: ParsedRow) -> Entry:
    values = dict(parsed.values)
    values.pop("id", None)
    unit_id = index.default_unit
    if "unit_id" in values:
        unit_id = found_in("unit_id", index.units, values["unit_id"]).id
        values["unit_id"] = unit_id
    if unit_id not in index.units.by_id:
        raise Wrong("unit_id", NEEDED)
    target = index.lines.match(parsed.values, unit_id, _several)
    place = unit_id if values.get("name") else None
    check_twice(seen, parsed.row, index.lines.keys(values, place, target))
    if target is None:
        if not values.get("name"):
            raise Wrong("name", NEEDED)
        values = {"unit_id": unit_id, **values}
    else:
        values = {
            key: value
            for key, value in values.items()
            if not is_there(_PLAIN, key, target[key], value)
        }
    index.lines.require_free(values.get("code"), target)
    name = values.get("name") or (target or {}).get("name", "")
    entry = entry_of(parsed.row, target, values, name)
    index.lines.require_right(entry, target, index.may)
    return entry


def _several(name: str, lines: list[Thing]) -> Sentence:
    labels = [one["code"] or public("line", one["id"]) for one in lines[:5]]
    return SEVERAL.filled(name, "、".join(labels))
