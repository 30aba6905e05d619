"""Processes an original to renditions and previews; may be killed at any point."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from media.errors import MediaRefused
from media.limits import Limits
from media.pipeline.renditions import MadeFile, Processed, process
from media.screen_classes import CLASSES, ScreenClass
from server.content import messages, queries
from server.content.assets.lifecycle import GAVE_UP_CODE
from server.content.models import Asset, AssetRendition
from server.content.paths import limits_of, works
from server.content.uploads.fit_modes import treatment_of
from server.foundation.core import Core
from server.foundation.errors import Busy
from server.foundation.i18n import Sentence
from server.foundation.jobs.service import enqueue, wake

Progress = Callable[[float], None]
Chosen = tuple[str, str | None]
"""The fit and the declaration on AI-made content with which an asset is processed."""
CHECK_INTERVAL_S = 2.0


class Dropped(Exception):
    """The asset was deleted or changed: stop."""


def process_original(
    core: Core, asset_id: int, progress: Progress, classes: Sequence[ScreenClass] = CLASSES
) -> None:
    """Process a waiting asset for these classes; others are left alone.

    Its former renditions stay until all new ones are complete.

    Raises media.sandbox.subprocess_limits.ProgramFailed, OSError or KeyError where a retry may
    help.
    """
    with core.config.read() as session:
        asset = session.get(Asset, asset_id)
    if asset is None or asset.state != "processing":
        return
    source, treatment = core.originals.path(asset.sha256), treatment_of(asset)
    chosen = _chosen(asset)
    watch = watched(
        core, progress, lambda session: _is_wanted(session.get(Asset, asset_id), chosen)
    )
    with cleared(works(core) / f"asset-{asset_id}") as folder:
        try:
            made = process(source, folder, limits_of(core.settings), watch, classes, treatment)
        except MediaRefused as refused:
            reason = Sentence(refused.detail_zh, refused.detail_en)
            reject(core, asset_id, refused.code, reason)
            return
        except Dropped:
            return
        keep_files(core, files_made(made))
    _note_processed(core, asset_id, chosen, made)
    wake(core)


def give_up(core: Core, asset_id: int) -> None:
    """The last attempt has failed."""
    reject(core, asset_id, GAVE_UP_CODE, messages.GAVE_UP)


def reject(core: Core, asset_id: int, code: str, reason: Sentence) -> None:
    """Record why an asset can't be used."""
    with core.config.write() as session:
        asset = session.get(Asset, asset_id)
        if asset is not None and asset.state == "processing":
            asset.state, asset.code = "rejected", code
            asset.reason_zh, asset.reason_en = reason
            asset.changed_at = core.clock.now_ms()


def files_made(made: Processed) -> list[MadeFile]:
    """All files made by a processing run."""
    views = (made.thumbnail, made.poster, made.filmstrip)
    return [*made.renditions, *(view for view in views if view is not None)]


def keep_files(core: Core, files: list[MadeFile]) -> None:
    """Move files into the served store."""
    for file in files:
        core.store.add(file.path)


def add_renditions(core: Core, session: Session, asset: Asset, made: Processed) -> None:
    """Replace an asset's renditions by the new ones, in the caller's transaction.

    Unreferenced files are deleted. Raises Busy if a file is gone.
    """
    if not all(core.store.at_hand(file.digest) for file in files_made(made)):
        # The last other asset of this content was deleted meanwhile, with its files.
        raise Busy
    before = queries.made_for(asset)
    asset.renditions.clear()
    asset.gaps.clear()
    session.flush()
    asset.renditions += [rendition_row(file) for file in made.renditions]
    asset.thumbnail = made.thumbnail.digest
    asset.poster = made.poster.digest if made.poster else None
    asset.filmstrip = made.filmstrip.digest if made.filmstrip else None
    asset.warnings = sorted(made.warnings)
    for digest in sorted(before - queries.made_for(asset)):
        enqueue(session, "forget_file", digest, core.clock.now_ms())


def from_drawing(folder: Path, one: ScreenClass, png: bytes) -> Processed:
    """Process a picture drawn at a class's size like an upload."""
    part = folder / one.name
    part.mkdir()
    drawn = part / "drawn.png"
    drawn.write_bytes(png)
    return process(drawn, part, Limits(), lambda _fraction: None, classes=(one,))


def draw_all(core: Core, draw: Callable[[int, int], bytes]) -> tuple[list[MadeFile], MadeFile]:
    """Draw at each usual class's size (PNG): the stored pictures, and a thumbnail of the first."""
    with tempfile.TemporaryDirectory(dir=works(core), prefix="drawn-") as name:
        made = [from_drawing(Path(name), one, draw(one.width, one.height)) for one in CLASSES]
        pictures, thumbnail = [each.renditions[0] for each in made], made[0].thumbnail
        keep_files(core, [*pictures, thumbnail])
    return pictures, thumbnail


def rendition_row(file: MadeFile) -> AssetRendition:
    """The row of one made file."""
    return AssetRendition(
        cls=file.cls,
        digest=file.digest,
        type=file.type,
        bytes=file.bytes,
        width=file.width,
        height=file.height,
        duration_ms=file.duration_ms,
        blocks=list(file.blocks),
    )


@contextmanager
def cleared(folder: Path) -> Iterator[Path]:
    """An empty folder for the block, cleared of remains of killed attempts."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def watched(core: Core, progress: Progress, is_wanted: Callable[[Session], bool]) -> Progress:
    """A progress callback that checks at intervals whether the work is still needed.

    Raises Dropped.
    """
    checked_s = time.monotonic()

    def watch(fraction: float) -> None:
        nonlocal checked_s
        progress(fraction)
        if time.monotonic() - checked_s < CHECK_INTERVAL_S:
            return
        checked_s = time.monotonic()
        with core.config.read() as session:
            if not is_wanted(session):
                raise Dropped

    return watch


def _chosen(asset: Asset) -> Chosen:
    return asset.fit, asset.ai


def _is_wanted(asset: Asset | None, chosen: Chosen) -> bool:
    # A change of either has enqueued another job.
    return asset is not None and asset.state == "processing" and _chosen(asset) == chosen


def _note_processed(core: Core, asset_id: int, chosen: Chosen, made: Processed) -> None:
    with core.config.write() as session:
        asset = session.get(Asset, asset_id)
        if asset is None or not _is_wanted(asset, chosen):
            return
        add_renditions(core, session, asset, made)
        asset.kind, asset.width, asset.height = made.kind, made.width, made.height
        asset.duration_ms, asset.ai_label = made.duration_ms, made.label
        asset.state, asset.changed_at = "ready", core.clock.now_ms()
