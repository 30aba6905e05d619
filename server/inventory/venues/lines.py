"""Use cases of bus lines: create, change, delete."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from server.accounts import queries as account_queries
from server.accounts.actor import Actor, forbidden
from server.accounts.audit_log.record import record
from server.accounts.recycle_bin import service as recycle_bin
from server.foundation.core import Core
from server.foundation.errors import Conflict, Fault, Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.preconditions import Check, unchecked
from server.inventory.venues import access, queries
from server.inventory.venues.fields import venue_codes
from server.inventory.venues.models import Line

_CLOCK: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")
WRONG_TIME = Sentence("首末班时刻写成 06:10。", "Write the time of a service as 06:10.")
IN_USE = Sentence(
    "该线路上还有车辆，不能删除；请先把车辆调到其他线路。",
    "Vehicles run on this line: move them to another line first.",
)


@dataclass(frozen=True)
class LineDraft:
    """A bus line as entered; wall-clock times such as `06:10`."""

    name: str
    code: str | None = None
    unit_id: str | None = None
    depot: str = ""
    first_service: str | None = None
    last_service: str | None = None
    vehicles: tuple[str, ...] = ()


def create_line(core: Core, actor: Actor, draft: LineDraft) -> Line:
    """Create a line. Raises Invalid, NotFound for a foreign unit, Forbidden by role."""
    values = asdict(draft)
    _check(values)
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        unit_id = values.pop("unit_id") or public("unit", actor.unit_id)
        unit = account_queries.find_unit(session, actor, "read", unit_id)
        require_writing(actor, unit.path)
        venue_codes.check_free(session, Line, draft.code)
        line = Line(unit=unit, created_at=now_ms, **values)
        line.vehicles = list(draft.vehicles)
        session.add(line)
        session.flush()
        record(session, now_ms, actor.user_id, "line.create", public("line", line.id))
    return line


def update_line(
    core: Core,
    actor: Actor,
    text: str,
    changes: Mapping[str, Any],
    check: Callable[[Line], None],
) -> Line:
    """Change fields by name; `check` may refuse the current row."""
    _check(changes)
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        line = queries.find_line(session, actor, "venues.write", text)
        check(line)
        require_writing(actor, line.unit.path)
        if "unit_id" in changes:
            line.unit = account_queries.find_unit(session, actor, "read", changes["unit_id"])
            require_writing(actor, line.unit.path)
        venue_codes.check_free(session, Line, changes.get("code"), line.id)
        for name in ("code", "name", "depot", "first_service", "last_service", "vehicles"):
            if name in changes:
                setattr(line, name, changes[name])
        session.flush()
        record(session, now_ms, actor.user_id, "line.update", text, fields=sorted(changes))
    return line


def delete_line(core: Core, actor: Actor, text: str, check: Check = unchecked) -> str:
    """Put a line into the bin on which no vehicle runs, with its rosters; the bin's id for it.

    Raises Conflict otherwise.
    """
    now_ms = core.clock.now_ms()
    try:
        with core.config.write() as session:
            line = queries.find_line(session, actor, "venues.write", text)
            check(line)
            require_writing(actor, line.unit.path)
            record(session, now_ms, actor.user_id, "line.delete", text, name=line.name)
            deletion = recycle_bin.Deletion(
                kind="line", rows=[line], name=line.name, number=line.id, unit_id=line.unit_id
            )
            kept = recycle_bin.put(session, now_ms, actor, deletion)
            session.execute(delete(Line).where(Line.id == line.id))
    except IntegrityError as error:
        raise Conflict(IN_USE, code="in_use") from error
    return kept


def require_writing(actor: Actor, unit_path: str) -> None:
    """Refuse who may not write lines of a unit. Raises Forbidden."""
    if not access.may_write_lines(actor, unit_path):
        raise forbidden()


def _check(values: Mapping[str, Any]) -> None:
    faults = [
        Fault(f"/{name}", WRONG_TIME)
        for name in ("first_service", "last_service")
        if values.get(name) is not None and not _CLOCK.fullmatch(values[name])
    ]
    if faults:
        raise Invalid(WRONG_TIME, faults=faults)
