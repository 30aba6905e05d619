"""Makes the zip of a pack that was ordered; may be killed at any point, and begins anew."""

import os
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select

from server.accounts.models import User
from server.accounts.sessions import actor_of
from server.core import Core
from server.errors import AnpingError, Conflict, NotFound, StorageFull
from server.ledpacks import contents, telling, wording
from server.ledpacks.models import LedPack
from server.ledpacks.naming import file_name
from server.ledpacks.places import folder_of, path_of
from server.ledpacks.rendering import Progress, cant, rendered
from server.library.places import works
from server.library.processing import cleared
from server.library.room import full_in_words
from server.texts import Sentence

KEPT_MS: Final = 3 * 24 * 3_600_000


class Dropped(Exception):
    """The pack was deleted: there is nothing more to do."""


def make(core: Core, pack_id: int, progress: Progress) -> None:
    """Make the zip of a pack that waits for it; one that doesn't is left alone.

    `progress` is told how far it is (0 to 1), and may raise Dropped. Raises ProgramFailed,
    OSError or Busy where another try may help.
    """
    with core.config.read() as session:
        row = session.get(LedPack, pack_id)
        user = None if row is None else session.get(User, row.user_id)
    if row is None or user is None or row.state != "queued":
        return
    try:
        with full_in_words(wording.NO_ROOM), cleared(works(core) / f"led-{row.id}") as folder:
            count = _written(core, user, row, folder, progress)
            (folder / "pack.zip").replace(path_of(core, row))
        _note(core, row, count)
    except NotFound:
        fail(core, pack_id, wording.NOT_ALLOWED)
    except StorageFull:
        fail(core, pack_id, wording.NO_ROOM)
    except AnpingError as error:
        if error.status >= 500:
            raise
        fail(core, pack_id, error.detail)
    except Dropped:
        return


def fail(core: Core, pack_id: int, why: Sentence) -> None:
    """Note why there is no pack."""
    with core.config.write() as session:
        row = session.get(LedPack, pack_id)
        if row is not None and row.state == "queued":
            row.state, row.finished_at = "failed", core.clock.now_ms()
            row.reason_zh, row.reason_en = why


def is_wanted(core: Core, pack_id: int) -> bool:
    """Whether the pack is still there."""
    with core.config.read() as session:
        return session.get(LedPack, pack_id) is not None


def clear(core: Core) -> None:
    """Delete packs that were made three days ago, and files that belong to none any more."""
    before_ms = core.clock.now_ms() - KEPT_MS
    paths = list(folder_of(core).iterdir())
    with core.config.write() as session:
        for row in session.scalars(select(LedPack).where(LedPack.finished_at < before_ms)):
            session.delete(row)
        session.flush()
        kept = {path_of(core, row) for row in session.scalars(select(LedPack))}
    for path in paths:
        if path not in kept:
            path.unlink(missing_ok=True)


def _written(core: Core, user: User, row: LedPack, folder: Path, progress: Progress) -> int:
    """Write the zip so that it outlasts a power cut; how many files to play it has."""
    actor = actor_of(core, user)
    if user.disabled or not actor.roots("read"):
        raise NotFound
    at = datetime.fromtimestamp(core.clock.now_ms() / 1000, core.settings.zone)
    with core.config.read() as session:
        pieces = contents.pieces_of(session, actor, row, at.date())
        about = contents.require_sight(session, actor, row)
        facts = telling.facts_about(row, about, pieces, user, at)
    made = list(rendered(core, pieces, facts.panel, folder, progress))
    files = [(one.piece.asset.name, one.file.path) for one in made if one.file is not None]
    if not files:
        raise Conflict(cant(made[0]))
    names = [
        file_name(place, len(files), name, path.suffix)
        for place, (name, path) in enumerate(files, 1)
    ]
    with zipfile.ZipFile(folder / "pack.zip", "w", zipfile.ZIP_STORED) as pack:
        for (_, path), name in zip(files, names, strict=True):
            pack.write(path, name)
        for name, content in telling.papers(telling.listing_of(facts, made, names)):
            pack.writestr(name, content, zipfile.ZIP_DEFLATED)
    with (folder / "pack.zip").open("rb") as written:
        os.fsync(written.fileno())
    return len(files)


def _note(core: Core, row: LedPack, count: int) -> None:
    size, now_ms = path_of(core, row).stat().st_size, core.clock.now_ms()
    with core.config.write() as session:
        now = session.get(LedPack, row.id)
        if now is not None and now.state == "queued":
            now.state, now.finished_at, now.files, now.bytes = "ready", now_ms, count, size
            return
    path_of(core, row).unlink(missing_ok=True)
