"""Makes the file of an ordered export; may be killed at any point, then restarts."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Final

from server.accounts.auth.sessions import actor_of
from server.accounts.models import User
from server.content.assets.renditions import cleared
from server.content.paths import works
from server.foundation.core import Core
from server.foundation.errors import NotFound, StorageFull
from server.foundation.jobs.file_orders import Dropped, Progress
from server.foundation.public_ids import public
from server.foundation.storage.disk_space import full_in_words
from server.playlog.rawlog.reader import Span
from server.playlog.store.packing.stored_batch import Damaged
from server.reporting.raw_log import labels as wording
from server.reporting.raw_log import service
from server.reporting.raw_log.file_writer import SoFar, write_file
from server.reporting.raw_log.models import EXPORTS, PlayExport
from server.reporting.raw_log.service import ExportRequest
from server.reporting.raw_log.xlsx_writer import TooManyRows

ALMOST: Final = 0.99


def make(core: Core, export_id: int, progress: Progress) -> None:
    """Make the file of a queued export; one in another state is left alone.

    `progress` is called with the share done (0 to 1), and may raise Dropped. Raises OSError or Busy
    if a retry may help.
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
            (folder / "file").replace(EXPORTS.path_of(core, row))
        _note(core, row, span, done)
    except NotFound:
        EXPORTS.fail(core, export_id, wording.NOT_ALLOWED)
    except StorageFull:
        EXPORTS.fail(core, export_id, wording.NO_ROOM)
    except TooManyRows as error:
        EXPORTS.fail(core, export_id, error.detail)
    except Damaged:
        EXPORTS.fail(core, export_id, wording.DAMAGED)
    except Dropped:
        return


def _span(core: Core, user: User, row: PlayExport) -> Span:
    """The part that the person may see now. Raises NotFound."""
    actor = actor_of(core, user)
    if user.disabled or not actor.roots("reports.read"):
        raise NotFound
    screen_id = None if row.screen_id is None else public("screen", row.screen_id)
    return service.span_of(core, actor, ExportRequest(row.first, row.last, screen_id))


def _written(core: Core, row: PlayExport, span: Span, path: Path, progress: Progress) -> SoFar:
    """Write the file so that it outlasts a power cut. Raises Dropped."""
    so_far = SoFar()
    for so_far in write_file(core, span, row.form, row.language, path):
        progress(min(ALMOST, so_far.read / max(row.expected, 1)))
    with path.open("rb") as written:
        os.fsync(written.fileno())
    return so_far


def _note(core: Core, row: PlayExport, span: Span, done: SoFar) -> None:
    # Later it holds nothing: a screen that moves then takes none of it along.
    until_ms = min(span.until_ms, core.clock.now_ms())

    def fill(made: PlayExport) -> None:
        made.rows, made.screens = done.written, replace(span, until_ms=until_ms).periods()

    EXPORTS.finish(core, row, fill)
