"""How screens were before an act on many of them, as far as it can be taken back."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.foundation.durations import MINUTE_MS
from server.gateway.models import BulkAct
from server.inventory.screens.models import Screen, ScreenPause

WITHIN_MS: Final = 15 * MINUTE_MS
UNDOABLE: Final = frozenset({"add_tags", "remove_tags", "move_line", "pause", "resume"})
Before = Mapping[str, Any]
"""How a screen was: `tags`, `line` (a number or null) or `pauses` (id -> its end in ms)."""


def undo_until(row: BulkAct, now_ms: int) -> int | None:
    """Until when an act can be taken back (ms UTC); None if it can't be, was, or it is too late."""
    until_ms = row.created_at + WITHIN_MS
    is_open = row.action in UNDOABLE and row.undone_at is None and now_ms < until_ms
    return until_ms if is_open else None


def before_of(
    session: Session, action: str, screens: Sequence[int], now_ms: int
) -> dict[int, Before]:
    """How these screens are before an act that can be taken back; by number, empty for others."""
    if action not in UNDOABLE:
        return {}
    rows = session.scalars(select(Screen).where(Screen.id.in_(screens))).all()
    if action in {"add_tags", "remove_tags"}:
        return {one.id: {"tags": list(one.tags)} for one in rows}
    if action == "move_line":
        return {one.id: {"line": one.venue.line_id} for one in rows}
    found: dict[int, dict[str, int]] = {one.id: {} for one in rows}
    for pause in _running(session, screens, now_ms):
        found[pause.screen_id][str(pause.id)] = pause.until_at
    return {screen: {"pauses": pauses} for screen, pauses in found.items()}


def _running(session: Session, screens: Sequence[int], now_ms: int) -> Sequence[ScreenPause]:
    query = select(ScreenPause).where(
        ScreenPause.screen_id.in_(screens), ScreenPause.until_at > now_ms
    )
    return session.scalars(query).all()
