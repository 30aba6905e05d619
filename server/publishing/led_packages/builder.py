"""Builds the zip of an ordered pack; may be killed at any point, and then starts over."""

import os
import zipfile
from datetime import datetime
from pathlib import Path

from server.accounts.auth.sessions import actor_of
from server.accounts.models import User
from server.content.assets.renditions import cleared
from server.content.paths import works
from server.foundation.core import Core
from server.foundation.errors import AnpingError, Conflict, NotFound, StorageFull
from server.foundation.jobs.file_orders import Dropped, Progress
from server.foundation.storage.disk_space import full_in_words
from server.publishing.led_packages import contents, listing_texts
from server.publishing.led_packages import labels as wording
from server.publishing.led_packages.file_names import file_name
from server.publishing.led_packages.models import PACKS, LedPack
from server.publishing.led_packages.renderer import cant, rendered


def make(core: Core, pack_id: int, progress: Progress) -> None:
    """Build the zip of a queued pack; others are left alone.

    `progress` is called with 0 to 1, and may raise Dropped. Raises ProgramFailed, OSError or Busy
    where a retry may help.
    """
    with core.config.read() as session:
        row = session.get(LedPack, pack_id)
        user = None if row is None else session.get(User, row.user_id)
    if row is None or user is None or row.state != "queued":
        return
    try:
        with full_in_words(wording.NO_ROOM), cleared(works(core) / f"led-{row.id}") as folder:
            count = _written(core, user, row, folder, progress)
            (folder / "pack.zip").replace(PACKS.path_of(core, row))
        _note(core, row, count)
    except NotFound:
        PACKS.fail(core, pack_id, wording.NOT_ALLOWED)
    except StorageFull:
        PACKS.fail(core, pack_id, wording.NO_ROOM)
    except AnpingError as error:
        if error.status >= 500:
            raise
        PACKS.fail(core, pack_id, error.detail)
    except Dropped:
        return


def _written(core: Core, user: User, row: LedPack, folder: Path, progress: Progress) -> int:
    """Write the zip so that it outlasts a power cut; how many files to play it has."""
    actor = actor_of(core, user)
    if user.disabled or not actor.roots("read"):
        raise NotFound
    at = datetime.fromtimestamp(core.clock.now_ms() / 1000, core.settings.zone)
    with core.config.read() as session:
        pieces = contents.pieces_of(session, actor, row, at.date())
        about = contents.require_sight(session, actor, row)
        facts = listing_texts.facts_about(row, about, pieces, user, at)
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
        for name, content in listing_texts.papers(listing_texts.listing_of(facts, made, names)):
            pack.writestr(name, content, zipfile.ZIP_DEFLATED)
    with (folder / "pack.zip").open("rb") as written:
        os.fsync(written.fileno())
    return len(files)


def _note(core: Core, row: LedPack, count: int) -> None:
    def fill(made: LedPack) -> None:
        made.files = count

    PACKS.finish(core, row, fill)
