"""Packs for LED controllers: ordered, listed, fetched and deleted by one and the same person."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from media.pipeline.led_panel import Form, Panel
from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.foundation.core import Core
from server.foundation.errors import Invalid, TooMany
from server.foundation.jobs.service import enqueue, wake
from server.foundation.public_ids import number, public
from server.foundation.rest.preconditions import Check, unchecked
from server.foundation.storage.disk_space import require_room
from server.publishing.led_packages import contents
from server.publishing.led_packages import labels as wording
from server.publishing.led_packages.models import PACKS, LedPack

MOST_WAITING: Final = 3
ROOM_BYTES: Final = 512 * 1024 * 1024


@dataclass(frozen=True)
class PackRequest:
    """What for, by public id, and for which panel; without a size the one on the venue's record.

    `address` is where people reach the server.
    """

    campaign_id: str | None = None
    venue_id: str | None = None
    width: int | None = None
    height: int | None = None
    pictures: Form = "jpg"
    language: str = "zh_CN"
    address: str = ""


def order(core: Core, actor: Actor, requested: PackRequest) -> LedPack:
    """Have a pack made. Raises Invalid, NotFound, Conflict, TooMany, StorageFull."""
    now_ms = core.clock.now_ms()
    today = datetime.fromtimestamp(now_ms / 1000, core.settings.zone).date()
    require_room(PACKS.folder_of(core), ROOM_BYTES, wording.NO_ROOM)
    with core.config.write() as session:
        row = LedPack(
            user_id=actor.user_id,
            campaign_id=number("campaign", requested.campaign_id)
            if requested.campaign_id
            else None,
            venue_id=number("venue", requested.venue_id) if requested.venue_id else None,
            language=requested.language,
            address=requested.address,
            state="queued",
            created_at=now_ms,
        )
        pieces = contents.pieces_of(session, actor, row, today)
        if row.venue_id is not None and requested.width is None and requested.height is None:
            width, height = contents.panel_on_record(session, row.venue_id) or (None, None)
            requested = replace(requested, width=width, height=height)
        panel = panel_of(requested)
        row.width, row.height, row.pictures = panel.width, panel.height, panel.pictures
        if PACKS.waiting(session, actor.user_id) >= MOST_WAITING:
            raise TooMany(wording.ENOUGH, retry_after_s=60)
        session.add(row)
        session.flush()
        about = {
            "campaign": requested.campaign_id,
            "venue": requested.venue_id,
            "files": len(pieces),
        }
        size = f"{panel.width}x{panel.height}"
        subject = public("led_pack", row.id)
        record(session, now_ms, actor.user_id, "led_pack.order", subject, size=size, **about)
        enqueue(session, "make_led_pack", row.id, now_ms)
    wake(core)
    return row


def panel_of(requested: PackRequest) -> Panel:
    """The requested panel. Raises Invalid for an impossible one."""
    if requested.width is None or requested.height is None:
        pointer = "/width" if requested.width is None else "/height"
        raise Invalid.at(pointer, wording.NO_SIZE)
    panel = Panel(requested.width, requested.height, requested.pictures)
    if not panel.is_possible:
        raise Invalid.at("/width", wording.SIZE)
    return panel


def file_of(core: Core, actor: Actor, pack_id: str) -> tuple[LedPack, Path]:
    """A finished pack. Raises NotFound, also if its campaign or venue is out of scope by now, and
    Conflict where there is none, with the reason.
    """
    with core.config.read() as session:
        row = PACKS.find(session, actor.user_id, pack_id)
        contents.require_sight(session, actor, row)
    path = PACKS.ready_file(core, row, wording.NOT_READY)
    return row, path


def remove(core: Core, actor: Actor, pack_id: str, check: Check = unchecked) -> None:
    """Delete a pack, also one that is being made. Raises NotFound."""
    with core.config.write() as session:
        row = PACKS.find(session, actor.user_id, pack_id)
        check(row)
        record(session, core.clock.now_ms(), actor.user_id, "led_pack.delete", pack_id)
        session.delete(row)
    PACKS.path_of(core, row).unlink(missing_ok=True)
