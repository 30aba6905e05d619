"""The log of commands with their outcomes, kept for 35 days."""

from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.foundation.core import Core
from server.gateway.commands.replies import Outcome
from server.gateway.models import BulkAct, CommandPicture, SentCommand

KEPT_MS: Final = 35 * 24 * 3_600_000
# Limits per screen, so that a program taking screenshots all day can't fill the disk.
MOST_COMMANDS: Final = 1_000
MOST_PICTURES: Final = 50


def begin(session: Session, row: SentCommand) -> int:
    """Record a command that is being sent; returns its number."""
    session.add(row)
    session.flush()
    _forget_beyond(session, row.screen_id)
    return row.id


def finish(core: Core, number: int, outcome: Outcome, duration_ms: int) -> None:
    """Record the outcome; nothing if the screen was deleted meanwhile."""
    with core.config.write() as session:
        finish_within(session, number, outcome, duration_ms)


def finish_within(session: Session, number: int, outcome: Outcome, duration_ms: int) -> None:
    """As `finish`, in the caller's transaction."""
    row = session.get(SentCommand, number)
    if row is None:
        return
    row.state, row.error, row.duration_ms = outcome.state, outcome.error, duration_ms
    row.result, row.result_cut = outcome.result, outcome.cut
    if outcome.shot is not None:
        row.verdict, row.shot = outcome.shot.verdict, outcome.shot.facts
        session.add(CommandPicture(command_id=number, kind="shown", content=outcome.shot.shown))
        if outcome.shot.expected is not None:
            expected = CommandPicture(
                command_id=number, kind="meant", content=outcome.shot.expected
            )
            session.add(expected)


def forget_old(core: Core) -> None:
    """Delete commands older than 35 days with their pictures, and acts on many screens."""
    until_ms = core.clock.now_ms() - KEPT_MS
    with core.config.write() as session:
        session.execute(delete(SentCommand).where(SentCommand.sent_at <= until_ms))
        session.execute(delete(BulkAct).where(BulkAct.created_at <= until_ms))


def find(session: Session, screen_id: int, number: int) -> SentCommand | None:
    """A command of that screen; None if it is another screen's."""
    row = session.get(SentCommand, number)
    return row if row is not None and row.screen_id == screen_id else None


def picture(session: Session, number: int, kind: str) -> bytes | None:
    """A command's picture; None if there is none (any more)."""
    row = session.get(CommandPicture, (number, kind))
    return row.content if row is not None else None


def with_pictures(session: Session, numbers: list[int]) -> set[tuple[int, str]]:
    """The kinds of pictures of some commands."""
    query = select(CommandPicture.command_id, CommandPicture.kind)
    query = query.where(CommandPicture.command_id.in_(numbers))
    return {(number, kind) for number, kind in session.execute(query)}


def _forget_beyond(session: Session, screen_id: int) -> None:
    """Delete a screen's oldest commands beyond its limit."""
    mine = select(SentCommand.id).where(SentCommand.screen_id == screen_id)
    newest = mine.order_by(SentCommand.id.desc())
    beyond = session.scalar(newest.offset(MOST_COMMANDS).limit(1))
    if beyond is not None:
        old = delete(SentCommand).where(
            SentCommand.screen_id == screen_id, SentCommand.id <= beyond
        )
        session.execute(old)
    pictured = newest.where(SentCommand.shot.is_not(None)).offset(MOST_PICTURES).limit(1)
    last = session.scalar(pictured)
    if last is not None:
        gone = mine.where(SentCommand.id <= last)
        session.execute(delete(CommandPicture).where(CommandPicture.command_id.in_(gone)))
