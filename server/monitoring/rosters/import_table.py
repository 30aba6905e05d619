"""Imports rosters from a table: validated row by row, then written all or none.

A table sets the roster of each line and day in it, as `PUT /lines/{id}/rosters/{day}` does:
vehicles of the line that it leaves out don't run that day.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import delete, func, insert, select, tuple_
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, within
from server.accounts.audit_log.record import record
from server.accounts.models import Unit
from server.foundation.core import Core
from server.foundation.errors import Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.preconditions import Check, unchecked
from server.foundation.spreadsheets.limited_reader import read_bounded
from server.inventory.imports.row_faults import FAULTS_SHOWN, RowFault, to_mend
from server.inventory.venues.access import may_write_lines
from server.inventory.venues.fields.opening_hours import OVERLAP, span_of
from server.inventory.venues.kinds import VEHICLES
from server.inventory.venues.models import Line, Venue
from server.monitoring.duty.models import RosterDay, RosteredVehicle
from server.monitoring.rosters.rows import COLUMNS, Shift, read_shifts
from server.monitoring.rosters.service import one_of, only, vehicles_of

MOST_DUTIES: Final = 30_000
PORTION: Final = 300
NO_LINE: Final = Sentence(
    "没有您可以排班的这条线路，请核对名称。", "There is no such line that you may write rosters of."
)
SEVERAL_LINES: Final = Sentence(
    "有几条线路叫这个名字，请写线路编号（n_…）。",
    "Several lines have this name: write its id (n_…).",
)
TOO_MANY: Final = Sentence(
    f"一次最多 {MOST_DUTIES} 个车日，请分几次导入。",
    f"At most {MOST_DUTIES} days of vehicles at a time: split it.",
)

Key = tuple[int, date]
"""A line and a day."""


@dataclass
class _Read:
    """Duties by line and day, then by vehicle: its services with their row numbers."""

    duties: dict[Key, dict[int, list[tuple[tuple[str, str], int]]]] = field(default_factory=dict)
    faults: list[RowFault] = field(default_factory=list)


@dataclass(frozen=True)
class _Writable:
    """The lines (by name and id) and vehicles (by number) whose rosters the person may write."""

    lines: Mapping[str, Sequence[int]]
    names: Mapping[int, str]
    vehicles: Mapping[str, Sequence[tuple[int, int | None]]]
    own: Mapping[int, int]


def check_rosters(core: Core, actor: Actor, content: bytes) -> dict[str, Any]:
    """The effect of an import, with each row's problem. Raises Invalid for an unreadable table."""
    shifts, faults = read_shifts(read_bounded(content, COLUMNS).records())
    with core.config.read() as session:
        writable = _writable(session, actor)
        return _document(session, writable, content, _resolved(writable, shifts, faults))


def import_rosters(
    core: Core, actor: Actor, content: bytes, check: Check = unchecked
) -> dict[str, Any]:
    """Write all rosters of a table. Raises Invalid, with nothing written, if a row is wrong."""
    shifts, faults = read_shifts(read_bounded(content, COLUMNS).records())
    with core.config.write() as session:
        writable = _writable(session, actor)
        read = _resolved(writable, shifts, faults)
        document = _document(session, writable, content, read)
        check(document)
        if read.faults:
            raise to_mend(read.faults)
        _write(session, core.clock.now_ms(), actor, read)
    return {**document, "applied": True}


def _writable(session: Session, actor: Actor) -> _Writable:
    roots = [one.unit_path for one in actor.grants if may_write_lines(actor, one.unit_path)]
    mine = select(Line.id, Line.name).join(Unit, Line.unit_id == Unit.id)
    lines: defaultdict[str, list[int]] = defaultdict(list)
    names = {}
    for number, name in session.execute(mine.where(within(Unit.path, roots))):
        lines[name].append(number)
        lines[public("line", number)].append(number)
        names[number] = name
    vehicles: defaultdict[str, list[tuple[int, int | None]]] = defaultdict(list)
    for venue, line, vehicle in session.execute(vehicles_of(actor)):
        vehicles[vehicle].append((venue, line))
        vehicles[public("venue", venue)].append((venue, line))
    own = select(Venue.line_id, func.count()).where(Venue.kind.in_(sorted(VEHICLES)))
    counted = session.execute(own.where(Venue.line_id.is_not(None)).group_by(Venue.line_id))
    return _Writable(
        lines, names, vehicles, {line: count for line, count in counted if line is not None}
    )


def _resolved(writable: _Writable, shifts: Sequence[Shift], faults: Sequence[RowFault]) -> _Read:
    read, duties = _Read(faults=list(faults)), 0
    for shift in shifts:
        line = only(writable.lines.get(shift.line, ()), NO_LINE, SEVERAL_LINES)
        if isinstance(line, Sentence):
            read.faults.append(RowFault(shift.row, "line", line))
        venue = one_of(
            writable.vehicles.get(shift.vehicle, ()), line if isinstance(line, int) else None
        )
        if isinstance(venue, Sentence):
            read.faults.append(RowFault(shift.row, "vehicle", venue))
        if isinstance(line, int) and isinstance(venue, int):
            for day in shift.days():
                services = read.duties.setdefault((line, day), {}).setdefault(venue, [])
                duties += not services
                if shift.service is not None:
                    services.append((shift.service, shift.row))
    if duties > MOST_DUTIES:
        raise Invalid.at("/file", TOO_MANY)
    read.faults += _overlaps(read)
    read.faults.sort(key=lambda one: one.row)
    return read


def _overlaps(read: _Read) -> list[RowFault]:
    """Rows with a vehicle in two places at once, each listed once."""
    by_vehicle: defaultdict[tuple[int, date], list[tuple[int, int, int]]] = defaultdict(list)
    for (_, day), vehicles in read.duties.items():
        for venue, services in vehicles.items():
            by_vehicle[venue, day] += [(*span_of(*service), row) for service, row in services]
    rows = {
        max(one[2], other[2])
        for spans in by_vehicle.values()
        for one, other in pairwise(sorted(spans))
        if one[1] > other[0]
    }
    return [RowFault(row, "begin", OVERLAP) for row in rows]


def _document(session: Session, writable: _Writable, content: bytes, read: _Read) -> dict[str, Any]:
    before = _before(session, read.duties)
    return {
        "digest": hashlib.sha256(content).hexdigest(),
        "applied": False,
        "vehicles": len({venue for vehicles in read.duties.values() for venue in vehicles}),
        "rosters": [
            {
                "line_id": public("line", line),
                "line": writable.names[line],
                "day": day.isoformat(),
                "vehicles": sum(bool(services) for services in vehicles.values()),
                "left_out": max(0, writable.own.get(line, 0) - len(vehicles)),
                "replaces": before.get((line, day)),
            }
            for (line, day), vehicles in sorted(read.duties.items(), key=lambda one: one[0])
        ],
        "fault_count": len(read.faults),
        "faults": [
            {"row": one.row, "column": one.column, "detail": one.detail}
            for one in read.faults[:FAULTS_SHOWN]
        ],
    }


def _before(session: Session, keys: Mapping[Key, object]) -> dict[Key, int]:
    """Last change (ms since 1970) of each existing roster."""
    found: dict[Key, int] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), PORTION):
        among = tuple_(RosterDay.line_id, RosterDay.day).in_(wanted[start : start + PORTION])
        query = select(RosterDay.line_id, RosterDay.day, RosterDay.changed_at).where(among)
        found |= {(line, day): changed_at for line, day, changed_at in session.execute(query)}
    return found


def _write(session: Session, now_ms: int, actor: Actor, read: _Read) -> None:
    wanted = sorted(read.duties)
    for start in range(0, len(wanted), PORTION):
        keys = wanted[start : start + PORTION]
        among = tuple_(RosterDay.line_id, RosterDay.day).in_(keys)
        session.execute(delete(RosterDay).where(among))
        made = {"user_id": actor.user_id, "changed_at": now_ms}
        session.execute(
            insert(RosterDay), [{"line_id": line, "day": day, **made} for line, day in keys]
        )
    rows = [
        {
            "line_id": line,
            "day": day,
            "venue_id": venue,
            "services": sorted(list(service) for service, _ in services),
        }
        for (line, day), vehicles in read.duties.items()
        for venue, services in vehicles.items()
        if services
    ]
    if rows:
        session.execute(insert(RosteredVehicle), rows)
    lines: defaultdict[int, list[date]] = defaultdict(list)
    for line, day in wanted:
        lines[line].append(day)
    for line, days in lines.items():
        detail = {"days": len(days), "from": min(days).isoformat(), "to": max(days).isoformat()}
        record(session, now_ms, actor.user_id, "roster.import", public("line", line), **detail)
