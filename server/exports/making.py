"""Makes the file of an export that was ordered; may be killed at any point, and begins anew."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlalchemy import select

from server.accounts.models import User
from server.accounts.sessions import actor_of
from server.core import Core
from server.errors import NotFound, StorageFull
from server.exports import service, wording
from server.exports.models import PlayExport
from server.exports.places import folder_of, path_of
from server.exports.service import Wish
from server.exports.writing import SoFar, write_file
from server.exports.xlsx_form import TooManyRows
from server.ids import public
from server.library.places import works
from server.library.processing import cleared
from server.library.room import full_in_words
from server.playback.rawlog import Span
from server.playback.store import Damaged
from server.texts import Sentence

KEPT_MS: Final = 3 * 24 * 3_600_000
ALMOST: Final = 0.99
Progress = Callable[[float], None]


class Dropped(Exception):
    """The export was deleted: there is nothing more to do."""


def make(core: Core, export_id: int, progress: Progress) -> None:
    """Make the file of an export that waits for it; one that doesn't is left alone.

    `progress` is told how far it is (0 to 1), and may raise Dropped. Raises OSError or Busy where
    another try may help.
    """
    with core.config.read() as session:
        row = session.get(PlayExport, export_id)
        user = None if row is None else session.get(User, row.user_id)
    if row is None or user is None or row.state != "queued":
        return
    try:
        span = _span(core, user, row)
        with full_in_words(), cleared(works(core) / f"export-{row.id}") as folder:
            done = _written(core, row, span, folder / "file", progress)
            (folder / "file").replace(path_of(core, row))
        _note(core, row, span, done)
    except NotFound:
        fail(core, export_id, wording.NOT_ALLOWED)
    except StorageFull:
        fail(core, export_id, wording.NO_ROOM)
    except TooManyRows as error:
        fail(core, export_id, error.detail)
    except Damaged:
        fail(core, export_id, wording.DAMAGED)
    except Dropped:
        return


def fail(core: Core, export_id: int, why: Sentence) -> None:
    """Note why there is no file."""
    with core.config.write() as session:
        row = session.get(PlayExport, export_id)
        if row is not None and row.state == "queued":
            row.state, row.finished_at = "failed", core.clock.now_ms()
            row.reason_zh, row.reason_en = why


def is_wanted(core: Core, export_id: int) -> bool:
    """Whether the export is still there."""
    with core.config.read() as session:
        return session.get(PlayExport, export_id) is not None


def clear(core: Core) -> None:
    """Delete exports that were made three days ago, and files that belong to none any more."""
    before_ms = core.clock.now_ms() - KEPT_MS
    paths = list(folder_of(core).iterdir())
    with core.config.write() as session:
        for row in session.scalars(select(PlayExport).where(PlayExport.finished_at < before_ms)):
            session.delete(row)
        session.flush()
        kept = {path_of(core, row) for row in session.scalars(select(PlayExport))}
    for path in paths:
        if path not in kept:
            path.unlink(missing_ok=True)


def _span(core: Core, user: User, row: PlayExport) -> Span:
    """What the person may see now. Raises NotFound."""
    actor = actor_of(core, user)
    if user.disabled or not actor.roots("reports.read"):
        raise NotFound
    screen_id = None if row.screen_id is None else public("screen", row.screen_id)
    return service.span_of(core, actor, Wish(row.first, row.last, screen_id))


def _written(core: Core, row: PlayExport, span: Span, path: Path, progress: Progress) -> SoFar:
    """Write the file so that it outlasts a power cut. Raises Dropped."""
    so_far = SoFar()
    for so_far in write_file(core, span, row.form, row.language, path):
        progress(min(ALMOST, so_far.read / max(row.expected, 1)))
    with path.open("rb") as written:
        os.fsync(written.fileno())
    return so_far


def _note(core: Core, row: PlayExport, span: Span, done: SoFar) -> None:
    size, now_ms = path_of(core, row).stat().st_size, core.clock.now_ms()
    with core.config.write() as session:
        found = session.get(PlayExport, row.id)
        if found is not None:
            found.state, found.finished_at = "ready", now_ms
            found.rows, found.bytes = done.written, size
            # Later it holds nothing: a screen that moves then takes none of it along.
            found.screens = replace(span, until_ms=min(span.until_ms, now_ms)).periods()
    if found is None:
        path_of(core, row).unlink(missing_ok=True)
