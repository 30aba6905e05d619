"""Requests the picture of a check from a screen and stores the result; expires unanswered ones."""

from typing import Final

from socketio.exceptions import TimeoutError as NoAnswer
from sqlalchemy import update
from sqlalchemy.orm import Session

from server.foundation.core import Core
from server.foundation.public_ids import public
from server.gateway.commands.replies import Outcome, read
from server.gateway.commands.screenshot import Asked
from server.gateway.commands.service import ANSWER_S, Caller
from server.gateway.connection.state import Live
from server.reporting.spot_checks.models import SpotCheck, SpotPicture

_OVERDUE: Final = "SELECT 1 FROM spot_checks WHERE state = 'asked' AND due_at <= ? LIMIT 1"


def take(core: Core, live: Live, caller: Caller, number: int) -> None:
    """Ask the screen and keep its answer; takes as long as the answer does."""
    with core.config.read() as session:
        row = session.get_one(SpotCheck, number)
    link = live.presence.holder(row.screen_id)
    if link is None:
        _finish(core, number, "offline")
        return
    command = {"id": public("spot_check", number), "name": "screenshot", "args": {}}
    try:
        answer = caller.call("command", command, link, ANSWER_S)
    except NoAnswer:
        _finish(core, number, "no_answer")
        return
    asked = Asked(row.screen_id, row.asked_at, max(core.clock.now_ms(), row.asked_at))
    outcome = read(core, asked, "screenshot", answer)
    _finish(core, number, "answered" if outcome.shot is not None else "no_answer", outcome)


def settle(core: Core) -> int:
    """Mark checks without an answer in time, even after a stop of the server; returns how many."""
    now_ms = core.clock.now_ms()
    if core.config.first(_OVERDUE, now_ms) is None:
        return 0
    overdue = (SpotCheck.state == "asked", SpotCheck.due_at <= now_ms)
    with core.config.write() as session:
        noted = update(SpotCheck).where(*overdue).values(state="no_answer")
        return len(session.execute(noted.returning(SpotCheck.id)).all())


def keep_picture(session: Session, number: int, kind: str, content: bytes | None) -> None:
    """Keep one of a check's pictures, if there is one."""
    if content is not None:
        session.add(SpotPicture(check_id=number, kind=kind, content=content))


def _finish(core: Core, number: int, state: str, outcome: Outcome | None = None) -> None:
    """Store the result, unless the check's time is over."""
    with core.config.write() as session:
        row = session.get_one(SpotCheck, number)
        if row.state != "asked" or row.due_at <= core.clock.now_ms():
            return
        row.state = state
        if outcome is None:
            return
        row.error = outcome.error
        if outcome.shot is not None:
            shot = outcome.shot
            row.answered_at, row.hint = core.clock.now_ms(), shot.verdict
            row.facts = {
                **shot.facts,
                "meant": [shot.facts["meant"]] if shot.facts["meant"] else [],
            }
            keep_picture(session, number, "shown", shot.shown)
            keep_picture(session, number, "meant", shot.expected)
