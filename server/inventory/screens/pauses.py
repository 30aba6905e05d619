"""Declared pauses of screens: begin, early end, and author."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.foundation.core import Core
from server.foundation.errors import Invalid
from server.foundation.i18n import Sentence
from server.foundation.rest.preconditions import Check, unchecked
from server.inventory.screens import queries
from server.inventory.screens.events import ScreenPaused
from server.inventory.screens.models import Screen, ScreenPause

IN_THE_PAST = Sentence("暂停截止时间须晚于现在。", "The pause must end in the future.")


def pause_screen(core: Core, actor: Actor, text: str, until_ms: int, reason: str) -> Screen:
    """Pause the screen from now until an instant. Raises Invalid."""
    now_ms = core.clock.now_ms()
    if until_ms <= now_ms:
        raise Invalid.at("/until", IN_THE_PAST)
    with core.config.write() as session:
        screen = queries.find(session, actor, "screens.command", text)
        begin(session, screen.id, (now_ms, until_ms), reason, actor.user_id)
        detail = {"until": until_ms, "reason": reason}
        record(session, now_ms, actor.user_id, "screen.pause", text, **detail)
    core.events.publish(ScreenPaused(screen.id))
    return screen


def resume_screen(core: Core, actor: Actor, text: str, check: Check = unchecked) -> Screen:
    """End the declared pause now."""
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        screen = queries.find(session, actor, "screens.command", text)
        check(screen)
        end(session, screen.id, now_ms)
        record(session, now_ms, actor.user_id, "screen.resume", text)
    core.events.publish(ScreenPaused(screen.id))
    return screen


def begin(
    session: Session, screen_id: int, span: tuple[int, int], reason: str, user_id: int | None
) -> ScreenPause:
    """Create a pause in [from_ms, until_ms); a running one ends where this one begins."""
    from_ms, until_ms = span
    end(session, screen_id, from_ms)
    pause = ScreenPause(
        screen_id=screen_id, from_at=from_ms, until_at=until_ms, reason=reason, user_id=user_id
    )
    session.add(pause)
    session.flush()
    return pause


def end(session: Session, screen_id: int, now_ms: int) -> None:
    """End the running pause, if any."""
    running = select(ScreenPause).where(
        ScreenPause.screen_id == screen_id, ScreenPause.until_at > now_ms
    )
    for pause in session.scalars(running):
        pause.until_at = now_ms
