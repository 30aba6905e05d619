"""Exports in the background: ordered, listed, fetched and deleted by one and the same person.

Nobody else sees them, an administrator neither: a file holds what its orderer may see. And he
fetches it only as long as he may still see all that is in it.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.foundation.civil_time import Civil, check_period
from server.foundation.core import Core
from server.foundation.errors import NotFound, TooMany
from server.foundation.jobs.service import enqueue, wake
from server.foundation.public_ids import number, public
from server.foundation.rest.preconditions import Check, unchecked
from server.foundation.storage.disk_space import require_room
from server.playlog.rawlog.access_scope import AccessScope, sight_of
from server.playlog.rawlog.reader import Span
from server.playlog.store.snapshot import snapshot
from server.reporting.raw_log import labels as wording
from server.reporting.raw_log import queries
from server.reporting.raw_log.models import EXPORTS, PlayExport

MOST_WAITING: Final = 3
BYTES_A_PLAY: Final = {"ndjson": 800, "csv": 200, "xlsx": 800}
"""Approximate peak, as xlsx is written uncompressed before it is packed.

Free space is checked again while a file is made, as names may be long.
"""


@dataclass(frozen=True)
class ExportRequest:
    """The contents of an export: the district's days, both inclusive; no screen is all in scope."""

    first: date
    last: date
    screen_id: str | None = None
    form: str = "csv"
    language: str = "zh_CN"


def span_of(core: Core, actor: Actor, request: ExportRequest) -> Span:
    """The screens and instants of a request. Raises Invalid, and NotFound for a foreign screen."""
    check_period(request.first, request.last)
    civil = Civil(core.settings.zone)
    from_day, until_day = request.first.toordinal(), request.last.toordinal() + 1
    sight = sight_of(core, actor, request.screen_id)
    return sight.span(civil.start_of(from_day), civil.start_of(until_day))


def estimate(core: Core, actor: Actor, request: ExportRequest) -> int:
    """About how many plays it would be. Raises Invalid, NotFound."""
    span = span_of(core, actor, request)
    with snapshot(core.plays) as tx:
        return tx.aside(queries.plays_in, span)


def order(core: Core, actor: Actor, request: ExportRequest) -> PlayExport:
    """Have a file made. Raises Invalid, NotFound, TooMany, StorageFull."""
    expected = estimate(core, actor, request)
    require_room(EXPORTS.folder_of(core), expected * BYTES_A_PLAY[request.form], wording.NO_ROOM)
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        if EXPORTS.waiting(session, actor.user_id) >= MOST_WAITING:
            raise TooMany(wording.ENOUGH, retry_after_s=60)
        row = PlayExport(
            user_id=actor.user_id,
            screen_id=number("screen", request.screen_id) if request.screen_id else None,
            first=request.first,
            last=request.last,
            form=request.form,
            language=request.language,
            state="queued",
            expected=expected,
            screens=[],
            created_at=now_ms,
        )
        session.add(row)
        session.flush()
        subject = public("play_export", row.id)
        about = {
            "from": str(request.first),
            "to": str(request.last),
            "screen_id": request.screen_id,
        }
        record(session, now_ms, actor.user_id, "export.order", subject, form=request.form, **about)
        enqueue(session, "make_export", row.id, now_ms)
    wake(core)
    return row


def file_of(core: Core, actor: Actor, export_id: str) -> tuple[PlayExport, Path]:
    """A finished file.

    Raises NotFound, also if its contents are out of scope by now, and Conflict with the reason if
    there is none.
    """
    with core.config.read() as session:
        row = EXPORTS.find(session, actor.user_id, export_id)
    path = EXPORTS.ready_file(core, row, wording.NOT_READY)
    if not may_fetch(sight_of(core, actor), row):
        raise NotFound
    return row, path


def may_fetch(sight: AccessScope, row: PlayExport) -> bool:
    """Whether a person may still see all contents of a file."""
    return all(
        sight.covers(screen, from_ms, until_ms)
        for from_ms, until_ms, screens in row.screens
        for screen in screens
    )


def remove(core: Core, actor: Actor, export_id: str, check: Check = unchecked) -> None:
    """Delete an export, also one that is being made. Raises NotFound."""
    with core.config.write() as session:
        row = EXPORTS.find(session, actor.user_id, export_id)
        check(row)
        record(session, core.clock.now_ms(), actor.user_id, "export.delete", export_id)
        session.delete(row)
    EXPORTS.path_of(core, row).unlink(missing_ok=True)
