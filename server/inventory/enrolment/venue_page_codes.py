"""Codes of the pages for people at a venue, opened by a sticker or the screen, without account.

A code has 132 random bits. It is displayed in public, so it is no secret: the page is harmless, or
asks for the venue's PIN as well. Why it is stored in clear: docs/decisions/0026.
"""

import secrets
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.accounts.auth.one_time_secrets import hashed
from server.foundation.core import Core
from server.foundation.errors import Conflict, existing
from server.foundation.i18n import Sentence
from server.foundation.rest.preconditions import Check, unchecked
from server.inventory.screens import queries
from server.inventory.screens.models import Screen, ScreenCode
from server.inventory.venues.kinds import VEHICLES
from server.inventory.venues.models import Venue

LENGTH: Final = 22
_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
LONGEST_CODE: Final = 64
"""Characters of the input that are examined; no code is longer."""
STRIP_PREFIX: Final = "led-"
NO_PAGE: Final = Sentence(
    "公交车、出租车和 LED 条屏没有现场码：车在行驶、条屏放不下，也不能让人靠近去扫。",
    "Buses, taxis and LED strips have no code: they move, or have no room for one.",
)
GONE: Final = Sentence(
    "这块屏已停用，没有现场码。", "This screen was retired and has no code any more."
)


def has_page(screen: Screen) -> bool:
    """Whether the screen has a page for people at the venue: not on buses, taxis and LED strips."""
    moving = screen.venue.kind in VEHICLES
    strip = screen.rendition_class.startswith(STRIP_PREFIX)
    return not moving and not strip and screen.retired_at is None


def find(session: Session, code: str) -> Screen:
    """The screen whose page has this code, with its venue. Raises NotFound.

    Unknown and revoked codes, and screens without a page, take the same single query, so that
    timing doesn't distinguish them.
    """
    query = (
        select(Screen)
        .join(ScreenCode, ScreenCode.screen_id == Screen.id)
        .join(Venue, Screen.venue_id == Venue.id)
        .where(
            ScreenCode.code_hash == hashed(code[:LONGEST_CODE]),
            Venue.kind.not_in(VEHICLES),
            Screen.rendition_class.not_like(f"{STRIP_PREFIX}%"),
            Screen.retired_at.is_(None),
        )
    )
    return existing(session.scalar(query))


def ensure(session: Session, screens: Iterable[Screen], now_ms: int) -> dict[int, str]:
    """The codes of these screens by number, created where missing.

    Screens without a page, or with a revoked code, are left out.
    """
    wanted = [one.id for one in screens if has_page(one)]
    stored = {row.screen_id: row for row in session.scalars(_rows(wanted))}
    for number in wanted:
        if number not in stored:
            stored[number] = ScreenCode(screen_id=number, made_at=now_ms, **_fresh())
            session.add(stored[number])
    session.flush()
    return {number: code for number in wanted if (code := stored[number].code) is not None}


def codes_of(core: Core, screens: Iterable[Screen]) -> dict[int, str]:
    """As `ensure`, without a write if none is missing."""
    wanted = [one for one in screens if has_page(one)]
    with core.config.read() as session:
        stored = list(session.scalars(_rows([one.id for one in wanted])))
    if len(stored) == len(wanted):
        return {row.screen_id: row.code for row in stored if row.code is not None}
    with core.config.write() as session:
        return ensure(session, wanted, core.clock.now_ms())


def replace(core: Core, actor: Actor, text: str) -> Screen:
    """Give the screen another code; stickers with the old one become invalid.

    Raises NotFound, Forbidden, and Conflict for a screen without a page.
    """
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        screen = queries.find(session, actor, "screens.pair", text)
        if not has_page(screen):
            raise Conflict(GONE if screen.retired_at is not None else NO_PAGE, code="no_page")
        row = session.get(ScreenCode, screen.id) or ScreenCode(screen_id=screen.id)
        for name, value in {**_fresh(), "made_at": now_ms}.items():
            setattr(row, name, value)
        session.add(row)
        record(session, now_ms, actor.user_id, "screen.code.replace", text)
    return screen


def revoke(core: Core, actor: Actor, text: str, check: Check = unchecked) -> Screen:
    """Revoke the screen's code until a new one is created.

    `check` gets the screen and its code (or None), and may refuse.
    """
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        screen = queries.find(session, actor, "screens.pair", text)
        row = session.get(ScreenCode, screen.id) or ScreenCode(screen_id=screen.id)
        check((screen, row.code))
        row.code, row.code_hash, row.made_at = None, None, now_ms
        session.add(row)
        record(session, now_ms, actor.user_id, "screen.code.revoke", text)
    return screen


def _rows(numbers: list[int]) -> Select[ScreenCode]:
    return select(ScreenCode).where(ScreenCode.screen_id.in_(numbers))


def _fresh() -> dict[str, str]:
    code = "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))
    return {"code": code, "code_hash": hashed(code)}
