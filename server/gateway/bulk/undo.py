"""An act on many screens is taken back: each screen as it was, unless somebody changed it since."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.foundation.core import Core
from server.foundation.errors import Conflict, NotFound
from server.foundation.i18n import Sentence
from server.foundation.public_ids import number, public
from server.gateway.bulk.former_state import UNDOABLE, undo_until
from server.gateway.bulk.service import action_of
from server.gateway.models import BulkAct, BulkOutcome
from server.inventory.screens import bulk as many
from server.inventory.screens.models import Screen, ScreenPause
from server.publishing import service as loops
from server.publishing.manifests.rebuild_queue import request_rebuild

TOO_LATE: Final = Sentence("已过 15 分钟，不能再撤销。", "Only within 15 minutes.")
NOT_UNDOABLE: Final = Sentence("这种操作不能撤销。", "This can't be taken back.")
UNDONE: Final = Sentence("已经撤销过了。", "It was taken back already.")


class Undone(NamedTuple):
    """Screens that are as they were, and those that stay as somebody has changed them since."""

    screens: int
    changed_since: int


def undo(core: Core, actor: Actor, text: str) -> Undone:
    """Take it back on the screens on which the person may do it himself.

    Raises NotFound if that is none, and Conflict if it is too late or was done already.
    """
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        act = session.get(BulkAct, number("bulk_act", text))
        if act is None:
            raise NotFound
        rows = _his(session, actor, act)
        _check(act, now_ms)
        restore = _RESTORING[act.action]
        back = [row.screen_id for row in rows if restore(session, act, row, now_ms)]
        act.undone_at = now_ms
        named = [public("screen", one) for one in back]
        record(session, now_ms, actor.user_id, "screens.undo", text, act=act.action, screens=named)
        moved = act.action == "move_line"
    if moved:
        loops.assign_overlays(core, back)
    request_rebuild(core, back)
    return Undone(len(back), len(rows) - len(back))


def _his(session: Session, actor: Actor, act: BulkAct) -> Sequence[BulkOutcome]:
    query = select(BulkOutcome).where(BulkOutcome.bulk_id == act.id).order_by(BulkOutcome.screen_id)
    rows = session.scalars(query).all()
    numbers = {row.screen_id for row in rows}
    mine = many.matching(session, actor, action_of(act.action), Screen.id.in_(numbers))
    if not mine:
        raise NotFound
    return [row for row in rows if row.screen_id in mine]


def _check(act: BulkAct, now_ms: int) -> None:
    if act.action not in UNDOABLE:
        raise Conflict(NOT_UNDOABLE, code="not_undoable")
    if act.undone_at is not None:
        raise Conflict(UNDONE, code="undone")
    if undo_until(act, now_ms) is None:
        raise Conflict(TOO_LATE, code="over")


def _tags(session: Session, act: BulkAct, row: BulkOutcome, _now_ms: int) -> bool:
    screen, before, tags = session.get_one(Screen, row.screen_id), row.before, act.args["tags"]
    if before is None:
        return False
    was: list[str] = before["tags"]
    added = list(dict.fromkeys([*was, *tags]))
    left = [one for one in was if one not in tags]
    if screen.tags != (added if act.action == "add_tags" else left):
        return False
    screen.tags = was
    return True


def _line(session: Session, act: BulkAct, row: BulkOutcome, _now_ms: int) -> bool:
    venue = session.get_one(Screen, row.screen_id).venue
    if row.before is None:
        return False
    # A vehicle's second screen finds it moved back already.
    if venue.line_id not in {number("line", act.args["line_id"]), row.before["line"]}:
        return False
    venue.line_id = row.before["line"]
    return True


def _pause(session: Session, act: BulkAct, row: BulkOutcome, now_ms: int) -> bool:
    """Ends its own pause, and lets those go on that gave way."""
    own = select(ScreenPause).where(
        ScreenPause.screen_id == row.screen_id, ScreenPause.from_at == act.created_at
    )
    pause = session.scalars(own.where(ScreenPause.until_at > now_ms)).first()
    if pause is None or row.before is None:
        return False
    pause.until_at = now_ms
    _resume(session, act, row, now_ms)
    return True


def _resume(session: Session, act: BulkAct, row: BulkOutcome, _now_ms: int) -> bool:
    """Pauses that the act ended last until they were to; whether there was one."""
    found = False
    for text, until_ms in (row.before or {}).get("pauses", {}).items():
        pause = session.get(ScreenPause, int(text))
        if pause is not None and pause.until_at == act.created_at:
            pause.until_at, found = until_ms, True
    return found


_RESTORING: Final[Mapping[str, Callable[[Session, BulkAct, BulkOutcome, int], bool]]] = {
    "add_tags": _tags,
    "remove_tags": _tags,
    "move_line": _line,
    "pause": _pause,
    "resume": _resume,
}
