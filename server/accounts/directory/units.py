"""Use cases of units: a tree with materialized paths."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.accounts import queries
from server.accounts.actor import Actor, forbidden
from server.accounts.audit_log.record import record
from server.accounts.events import UnitMoved
from server.accounts.models import Unit
from server.foundation.core import Core
from server.foundation.errors import Conflict, Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.preconditions import Check, unchecked

# Paths have at most 255 characters; a deeper tree is an error in the data anyway.
DEEPEST = 12

IN_USE = Sentence(
    "该单位下还有单位、人员、点位或任务，不能删除；请先移走或删除。",
    "Units, people, venues or campaigns belong to this unit: move or delete them first.",
)
ROOT_STAYS = Sentence(
    "最上级单位没有上级，不能移动。", "The topmost unit has no parent and can't be moved."
)
BELOW_ITSELF = Sentence("单位不能移到自己的下级。", "A unit can't be moved below itself.")
TOO_DEEP = Sentence("单位层级过深。", "The tree of units is too deep.")
CODE_TAKEN = Sentence("该单位编码已被使用。", "Another unit has this code.")


@dataclass(frozen=True)
class UnitDraft:
    """A unit as entered; its parent is the person's own unit by default."""

    name: str
    parent_id: str | None = None
    code: str | None = None
    leader: str = ""
    contact: str = ""


def create_unit(core: Core, actor: Actor, draft: UnitDraft) -> Unit:
    """Create a unit. Raises NotFound for a foreign parent, Conflict for a code in use."""
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        parent_id = draft.parent_id or public("unit", actor.unit_id)
        parent = queries.find_unit(session, actor, "accounts.manage", parent_id)
        _check_code(session, draft.code, None)
        unit = Unit(
            parent_id=parent.id,
            path="",
            name=draft.name,
            code=draft.code,
            leader=draft.leader,
            contact=draft.contact,
        )
        session.add(unit)
        session.flush()
        unit.path = _not_too_deep(f"{parent.path}{unit.id}/")
        record(session, now_ms, actor.user_id, "unit.create", public("unit", unit.id))
    return unit


def update_unit(
    core: Core,
    actor: Actor,
    text: str,
    changes: Mapping[str, Any],
    check: Callable[[Unit], None],
) -> Unit:
    """Change fields by name; a new `parent_id` moves the whole subtree. `check` may refuse."""
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        unit = queries.find_unit(session, actor, "accounts.manage", text)
        check(unit)
        if "code" in changes:
            _check_code(session, changes["code"], unit.id)
        for name in ("name", "code", "leader", "contact"):
            if name in changes:
                setattr(unit, name, changes[name])
        moved = "parent_id" in changes and _move(session, actor, unit, changes["parent_id"])
        record(session, now_ms, actor.user_id, "unit.update", text, fields=sorted(changes))
    if moved:
        core.events.publish(UnitMoved(unit.id))
    return unit


def delete_unit(core: Core, actor: Actor, text: str, check: Check = unchecked) -> None:
    """Delete a unit without dependent objects. Raises Conflict otherwise."""
    now_ms = core.clock.now_ms()
    try:
        with core.config.write() as session:
            unit = queries.find_unit(session, actor, "accounts.manage", text)
            check(unit)
            record(session, now_ms, actor.user_id, "unit.delete", text, name=unit.name)
            session.execute(delete(Unit).where(Unit.id == unit.id))
    except IntegrityError as error:
        raise Conflict(IN_USE, code="in_use") from error


def _move(session: Session, actor: Actor, unit: Unit, parent_id: str | None) -> bool:
    """Move the subtree below another parent; False if it is there already."""
    if unit.parent_id is None:
        if parent_id is None:
            return False
        raise Conflict(ROOT_STAYS, code="root")
    if parent_id is None:
        raise Invalid.at("/parent_id", ROOT_STAYS)
    parent = queries.find_unit(session, actor, "accounts.manage", parent_id)
    if parent.id == unit.parent_id:
        return False
    if parent.path.startswith(unit.path):
        raise Invalid.at("/parent_id", BELOW_ITSELF)
    _check_may_take_away(session, actor, unit)
    before, after = unit.path, f"{parent.path}{unit.id}/"
    for one in queries.subtree(session, unit):
        one.path = _not_too_deep(after + one.path.removeprefix(before))
    unit.parent_id = parent.id
    return True


def _check_may_take_away(session: Session, actor: Actor, unit: Unit) -> None:
    """Only administrators of the former parent may move a unit away from it."""
    former = session.get_one(Unit, unit.parent_id)
    if not actor.may("accounts.manage", former.path):
        raise forbidden()


def _not_too_deep(path: str) -> str:
    if path.count("/") - 1 > DEEPEST:
        raise Invalid.at("/parent_id", TOO_DEEP)
    return path


def _check_code(session: Session, code: str | None, own_id: int | None) -> None:
    if code is None:
        return
    other = session.scalar(select(Unit.id).where(Unit.code == code, Unit.id != (own_id or 0)))
    if other is not None:
        raise Conflict.at("/code", CODE_TAKEN, "code_taken")
