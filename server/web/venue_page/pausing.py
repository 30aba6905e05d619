"""A pause of ten minutes by the venue's PIN, declared without an account, and its early end."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.audit_log.record import record
from server.accounts.auth.passwords import is_right, places
from server.campaigns.overrides.active import OnScreen, load_live
from server.foundation.core import Core
from server.foundation.durations import HOUR_MS
from server.foundation.errors import Conflict, Forbidden, TooMany
from server.foundation.i18n import Sentence
from server.foundation.public_ids import LETTERS, public
from server.inventory.enrolment import venue_page_codes
from server.inventory.screens import pauses, queries
from server.inventory.screens.events import ScreenPaused
from server.inventory.screens.models import Screen, ScreenPause
from server.web.venue_page import pins

Refuse = Callable[[Session, Screen, int], None]
"""Raises the reason against a screen's pause, or its end, at an instant."""
PAUSE_MS: Final = 600_000
WRONG_PIN: Final = Sentence(
    "口令不对，请核对；口令由责任单位设置。",
    "The PIN is wrong: check it with the unit, which sets it.",
)
NO_PIN: Final = Sentence(
    "这个点位还没有设置暂停口令，请联系责任单位设置。",
    "This venue has no PIN yet: ask the unit that is responsible for it to set one.",
)
TAKEN_OVER: Final = Sentence(
    "正在紧急插播，不能暂停；插播结束后再试。",
    "An emergency takeover is on: it can't be paused. Try again when it is over.",
)
STOPPED: Final = Sentence(
    "这块屏已被统一停播，不需要也不能暂停。",
    "This screen is stopped by the office: there is nothing to pause.",
)
PAUSED: Final = Sentence("这块屏已经暂停。", "This screen is paused already.")
NOT_PAUSED: Final = Sentence("这块屏没有由现场暂停。", "It isn't paused from this page.")
NOT_BOUND: Final = Sentence(
    "这块屏还没有绑定播放终端，不能暂停。", "This screen has no player: there is nothing to pause."
)
TOO_SOON: Final = Sentence(
    "每块屏一小时内只能暂停一次，请 {} 分钟后再试；需要更久请联系责任单位。",
    "A screen can be paused once an hour: try again in {} minutes, or ask the unit for longer.",
)


def pause(core: Core, code: str, pin: str, reason: str, address: str) -> ScreenPause:
    """Declare a pause of ten minutes from now.

    Raises NotFound for a code that leads nowhere, Conflict, Forbidden (a wrong PIN), TooMany.
    """
    with places().taken(address):
        _try_pin(core, code, pin, _refuse_pause)
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        screen = venue_page_codes.find(session, code)
        pins.succeed(session, screen.venue, now_ms)
        refused = refusal(session, screen, now_ms)
        if refused is None:
            span = (now_ms, now_ms + PAUSE_MS)
            row = pauses.begin(session, screen.id, span, reason, None)
            detail = {"until": row.until_at, "reason": reason, **_by(code, screen)}
            subject = public("screen", screen.id)
            record(session, now_ms, None, "screen.pause", subject, **detail)
    if refused is not None:
        raise refused  # after commit: the PIN was right all the same
    core.events.publish(ScreenPaused(screen.id))
    return row


def resume(core: Core, code: str, pin: str, address: str) -> None:
    """End a pause that was declared from this page. Raises as `pause` does."""
    with places().taken(address):
        _try_pin(core, code, pin, _refuse_resume)
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        screen = venue_page_codes.find(session, code)
        pins.succeed(session, screen.venue, now_ms)
        if running(session, screen.id, now_ms) is not None:
            pauses.end(session, screen.id, now_ms)
            subject = public("screen", screen.id)
            record(session, now_ms, None, "screen.resume", subject, **_by(code, screen))
    core.events.publish(ScreenPaused(screen.id))


def refusal(session: Session, screen: Screen, now_ms: int) -> Conflict | TooMany | None:
    """The reason why the screen can't be paused from its page now, independent of the PIN."""
    over = over_screen(session, screen, now_ms)
    if over is not None:
        stopped = over.id.startswith(LETTERS["stop"])
        return Conflict(STOPPED if stopped else TAKEN_OVER, code="on_air")
    if screen.enrolled_at is None or screen.revoked_at is not None:
        return Conflict(NOT_BOUND, code="not_in_service")
    if screen.venue.pause_pin_hash is None:
        return Conflict(NO_PIN, code="no_pin")
    if screen.id in queries.paused_now(session, now_ms):
        return Conflict(PAUSED, code="paused")
    last_ms = _last(session, screen.id)
    if last_ms is not None and now_ms - last_ms < HOUR_MS:
        wait_s = -(-(last_ms + HOUR_MS - now_ms) // 1000)
        minutes = str(-(-wait_s // 60))
        return TooMany(TOO_SOON.filled(minutes), code="once_an_hour", retry_after_s=wait_s)
    return None


def over_screen(session: Session, screen: Screen, now_ms: int) -> OnScreen | None:
    """The stop or takeover that overrides a screen's plan."""
    found = queries.facts(session, [screen.id])
    return load_live(session, now_ms).for_screen(found[0]) if found else None


def running(session: Session, screen_id: int, now_ms: int) -> ScreenPause | None:
    """The pause that runs now, if it was declared from the screen's page."""
    row = queries.paused_now(session, now_ms).get(screen_id)
    return row if row is not None and row.user_id is None else None


def _refuse_pause(session: Session, screen: Screen, now_ms: int) -> None:
    refused = refusal(session, screen, now_ms)
    if refused is not None:
        raise refused


def _refuse_resume(session: Session, screen: Screen, now_ms: int) -> None:
    if running(session, screen.id, now_ms) is None:
        raise Conflict(NOT_PAUSED, code="not_paused")


def _try_pin(core: Core, code: str, pin: str, refuse: Refuse) -> None:
    """Hold a PIN against the venue's, once nothing else is in the way. Raises Forbidden.

    The try is written down before, once its hash has a place: a hash takes a tenth of a second,
    in which others could try.
    """
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        screen = venue_page_codes.find(session, code)
        refuse(session, screen, now_ms)
        pins.begin(session, screen.venue, now_ms)
        stored = screen.venue.pause_pin_hash
    if not is_right(pin, stored):
        raise Forbidden(WRONG_PIN, code="wrong_pin")


def _last(session: Session, screen_id: int) -> int | None:
    """When the screen was last paused from its page."""
    query = select(func.max(ScreenPause.from_at)).where(
        ScreenPause.screen_id == screen_id, ScreenPause.user_id.is_(None)
    )
    return session.scalar(query)


def _by(code: str, screen: Screen) -> dict[str, str]:
    """The author for the audit trail: no account, but the holder of this code."""
    return {"by": "venue_code", "code": code[:6], "venue": public("venue", screen.venue_id)}
