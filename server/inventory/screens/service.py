"""Use cases of screens' records: create, change, revoke, retire, delete."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.foundation.core import Core
from server.foundation.errors import Conflict, Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.preconditions import Check, unchecked
from server.inventory.devices import history as boxes
from server.inventory.devices.serials import check_serial, leave
from server.inventory.enrolment import rejected_enrolments
from server.inventory.enrolment.credentials import (
    ScreenIdentity,
    authenticate,
    authenticate_files,
    void_tokens,
)
from server.inventory.screens import queries
from server.inventory.screens.events import ScreenAdded, ScreenChanged, ScreenRevoked
from server.inventory.screens.models import Screen
from server.inventory.screens.rendition_classes import NAMES, STRIP_EXAMPLE, class_for, is_class
from server.inventory.venues import queries as venue_queries

__all__ = ["ScreenIdentity", "authenticate", "authenticate_files"]

RETIRED = Sentence(
    "该显示屏已停用，不能再修改。", "This screen was retired and can't be changed any more."
)
HAS_HISTORY = Sentence(
    "该显示屏已有播放历史，不能删除，请改为停用（retire）。",
    "This screen has a history and can't be deleted: retire it instead.",
)


@dataclass(frozen=True)
class ScreenDraft:
    """A screen's record as entered; sizes in pixels."""

    name: str
    serial: str | None = None
    width: int | None = None
    height: int | None = None
    pixel_pitch_mm: float | None = None
    rendition_class: str | None = None
    tags: tuple[str, ...] = ()


def create_screen(core: Core, actor: Actor, venue_id: str, draft: ScreenDraft) -> Screen:
    """Create a record without a player yet. Raises NotFound, Forbidden, Invalid."""
    now_ms = core.clock.now_ms()
    _check_class(draft.rendition_class)
    with core.config.write() as session:
        venue = venue_queries.find(session, actor, "screens.pair", venue_id)
        check_serial(session, draft.serial, None)
        screen = Screen(venue=venue, created_at=now_ms, **asdict(draft))
        screen.rendition_class = draft.rendition_class or class_for(draft.width, draft.height)
        screen.tags = list(draft.tags)
        session.add(screen)
        session.flush()
        record(session, now_ms, actor.user_id, "screen.create", public("screen", screen.id))
    core.events.publish(ScreenAdded(screen.id))
    return screen


def update_screen(
    core: Core,
    actor: Actor,
    text: str,
    changes: Mapping[str, Any],
    check: Callable[[Screen], None],
) -> Screen:
    """Change fields by name; `check` may refuse the current row. Raises Conflict."""
    now_ms = core.clock.now_ms()
    _check_class(changes.get("rendition_class"))
    with core.config.write() as session:
        screen = queries.find(session, actor, "screens.pair", text)
        check(screen)
        if screen.retired_at is not None:
            raise Conflict(RETIRED, code="retired")
        if "serial" in changes:
            check_serial(session, changes["serial"], screen.id)
        former = screen.venue_id
        for name, value in changes.items():
            if name == "venue_id":
                screen.venue = venue_queries.find(session, actor, "screens.pair", value)
            else:
                setattr(screen, name, value)
        if "serial" in changes:
            boxes.note_serials(session, {screen.id: screen.serial})
        session.flush()
        leave(session, [former])
        record(session, now_ms, actor.user_id, "screen.update", text, fields=sorted(changes))
    core.events.publish(ScreenChanged(screen.id))
    return screen


def revoke_screen(core: Core, actor: Actor, text: str) -> Screen:
    """Void the screen's credentials at once; pairing it again restores it."""
    return _end_credentials(core, actor, text, retire=False)


def retire_screen(core: Core, actor: Actor, text: str) -> Screen:
    """Take the screen out of service for good; its history stays."""
    return _end_credentials(core, actor, text, retire=True)


def delete_screen(core: Core, actor: Actor, text: str, check: Check = unchecked) -> None:
    """Delete a record that never had a player. Raises Conflict for any other."""
    now_ms = core.clock.now_ms()
    try:
        with core.config.write() as session:
            screen = queries.find(session, actor, "screens.pair", text)
            check(screen)
            # Plays are in another database: a screen that was ever bound may have some.
            if screen.enrolled_at is not None:
                raise Conflict(HAS_HISTORY, code="in_use")
            session.execute(delete(Screen).where(Screen.id == screen.id))
            record(session, now_ms, actor.user_id, "screen.delete", text)
    except IntegrityError as error:
        raise Conflict(HAS_HISTORY, code="in_use") from error


def note_size(core: Core, screen_id: int, width: int, height: int) -> None:
    """Store the size in pixels reported by a player, and the resulting class."""
    with core.config.read() as session:
        screen = session.get_one(Screen, screen_id)
        if (screen.width, screen.height) == (width, height):
            return
    with core.config.write() as session:
        screen = session.get_one(Screen, screen_id)
        if screen.rendition_class == class_for(screen.width, screen.height):
            screen.rendition_class = class_for(width, height)
        screen.width, screen.height = width, height
    core.events.publish(ScreenChanged(screen_id))


def _end_credentials(core: Core, actor: Actor, text: str, *, retire: bool) -> Screen:
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        screen = queries.find(session, actor, "screens.pair" if retire else "screens.revoke", text)
        void_tokens(session, now_ms, screen.id)
        boxes.end(session, now_ms, screen, "retired" if retire else "revoked", actor.user_id)
        if retire:
            screen.retired_at = screen.retired_at or now_ms
            rejected_enrolments.close(session, now_ms, screen.id)
        else:
            screen.revoked_at = screen.revoked_at or now_ms
        screen.awaited_since = None
        verb = "screen.retire" if retire else "screen.revoke"
        record(session, now_ms, actor.user_id, verb, text)
    core.events.publish(ScreenRevoked(screen.id))
    return screen


def _check_class(name: str | None) -> None:
    if name is not None and not is_class(name):
        detail = Sentence(
            f"适配类型可选：{'、'.join(NAMES)}；LED 条屏写像素尺寸，如 {STRIP_EXAMPLE}。",
            f"Choose one of: {', '.join(NAMES)}, or {STRIP_EXAMPLE} for an LED strip's pixels.",
        )
        raise Invalid.at("/rendition_class", detail)
