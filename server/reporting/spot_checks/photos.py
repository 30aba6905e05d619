"""Photos of a screen, taken on the spot and re-encoded on upload."""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from media.comparison.similarity import encoded_small, within
from media.errors import MediaRefused
from media.images.renditions import make_photo
from media.limits import Limits
from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.content.paths import limits_of as library_limits
from server.content.paths import works
from server.content.uploads.incoming_file import Received, as_problem
from server.foundation.core import Core
from server.foundation.errors import Conflict, Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.runtime.blocking import run_blocking
from server.gateway.commands.expected_picture import ExpectedPicture, expected_pictures, pictures
from server.inventory.screens.models import Screen
from server.reporting.spot_checks import queries
from server.reporting.spot_checks.capture import keep_picture
from server.reporting.spot_checks.models import SpotCheck

# Content on air before a photo arrived counts: it was taken a while ago, and then sent.
BEFORE_MS: Final = 90_000
STEP_MS: Final = 5_000
MOST_EXPECTED: Final = 4
TILE: Final = (480, 270)
NOT_ASKED: Final = Sentence(
    "这次抽查不需要照片（是截图），或照片已经上传。",
    "This check asks for no photo (it is a screenshot), or it has one already.",
)
NOT_A_PHOTO: Final = Sentence(
    "这里只收照片，请用手机拍一张整块屏的照片上传。",
    "Only photos are taken here: take one of the whole screen.",
)
OVER: Final = Sentence(
    "已超过 24 小时，不再接收照片。", "More than 24 hours have passed: photos are taken no more."
)


def limits_of(core: Core) -> Limits:
    """The limits of an upload: those of a picture, for any declared type."""
    found = library_limits(core.settings)
    return replace(found, max_video_bytes=found.max_image_bytes)


Find = Callable[[Session], SpotCheck]
"""Finds the check of a photo, if the sender may add one. Raises the error for the sender."""


def take_in(core: Core, actor: Actor, check_id: str, file: Received) -> SpotCheck:
    """Keep the photo of a check; one that comes late is marked so. Raises Conflict, Invalid."""
    return keep_photo(core, lambda session: _open(core, session, actor, check_id), actor, file)


def wanted_on_site(session: Session, screen: Screen, now_ms: int) -> SpotCheck | None:
    """The check that asks people at the screen for a photo, within its time; the most urgent.

    One that was drawn where the screen hung before isn't for those where it hangs now.
    """
    query = select(SpotCheck).where(
        SpotCheck.screen_id == screen.id,
        SpotCheck.venue_id == screen.venue_id,
        SpotCheck.kind == "photo",
        SpotCheck.state == "asked",
        SpotCheck.due_at > now_ms,
    )
    return session.scalars(query.order_by(SpotCheck.due_at, SpotCheck.id).limit(1)).first()


def not_asked() -> Conflict:
    """No photo is asked for."""
    return Conflict(NOT_ASKED, code="no_photo_asked")


def take_in_on_site(core: Core, screen_id: int, file: Received) -> SpotCheck:
    """Keep a photo from the venue's contact, who has no account. Raises Conflict, Invalid."""

    def find(session: Session) -> SpotCheck:
        screen = session.get_one(Screen, screen_id)
        row = wanted_on_site(session, screen, core.clock.now_ms())
        if row is None:
            raise not_asked()
        return row

    return keep_photo(core, find, None, file)


def keep_photo(core: Core, find: Find, actor: Actor | None, file: Received) -> SpotCheck:
    """Keep the photo of the check that is found; None: by the venue's contact."""
    with core.config.read() as session:
        row = find(session)
    content = reencoded(core, file)
    now_ms = core.clock.now_ms()
    on = _on_lately(core, row.screen_id, now_ms)
    sheet = run_blocking(lambda: _sheet(core, on))
    who = actor.user_id if actor is not None else None
    by = {} if actor is not None else {"by": "venue_code"}
    with core.config.write() as session:
        row = find(session)
        row.state, row.late = "answered", now_ms > row.due_at
        row.answered_at, row.answered_by = now_ms, who
        row.facts = {"meant": [one.as_json() for one in on]}
        keep_picture(session, row.id, "shown", content)
        keep_picture(session, row.id, "meant", sheet)
        subject = public("spot_check", row.id)
        record(session, now_ms, who, "spot_check.photo", subject, late=row.late, **by)
        return row


def _open(core: Core, session: Session, actor: Actor, check_id: str) -> SpotCheck:
    row = queries.find(session, actor, "spot_checks.photo", check_id)
    if row.kind != "photo" or row.state not in ("asked", "no_answer"):
        raise not_asked()
    if core.clock.now_ms() - row.asked_at >= queries.LATE_MS:
        raise Conflict(OVER, code="over")
    return row


def reencoded(core: Core, file: Received) -> bytes:
    """The picture as JPEG of at most 300,000 bytes, without anything else of the file."""
    if file.kind != "image":
        raise Invalid(NOT_A_PHOTO, code="unsupported")
    with tempfile.TemporaryDirectory(dir=works(core), prefix="photo-") as folder:
        try:
            return run_blocking(lambda: make_photo(file.path, Path(folder), limits_of(core)))
        except MediaRefused as refused:
            raise as_problem(refused) from refused


def _on_lately(core: Core, screen_id: int, now_ms: int) -> list[ExpectedPicture]:
    """The content due on the screen lately, the newest first."""
    found: dict[tuple[Any, Any], ExpectedPicture] = {}
    with core.config.read() as session:
        for at_ms in range(now_ms, now_ms - BEFORE_MS, -STEP_MS):
            for one in expected_pictures(session, screen_id, (at_ms, at_ms), now_ms)[:1]:
                found.setdefault((one.what, one.asset), one)
    return list(found.values())[:MOST_EXPECTED]


def _sheet(core: Core, on: Iterable[ExpectedPicture]) -> bytes | None:
    """Their pictures, two in a row; None without any."""
    firsts = (next(iter(pictures(core, one, TILE)), None) for one in on)
    tiles = [within(one, *TILE) for one in firsts if one]
    if not tiles:
        return None
    wide, high = TILE
    columns = min(len(tiles), 2)
    sheet = Image.new("RGB", (columns * wide, -(-len(tiles) // columns) * high))
    for place, tile in enumerate(tiles):
        sheet.paste(tile, (place % columns * wide, place // columns * high))
    return encoded_small(sheet, sheet.width)
