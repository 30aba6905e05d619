"""The starter pack: the waiting picture at once, slides and clips by a job soon after.

Existing parts are left alone, so an interrupted first run continues.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from media.pipeline.renditions import MadeFile
from media.slides.waiting_picture import waiting_picture
from media.starter import pack
from media.starter.slides import Starter, starters
from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.accounts.models import Unit
from server.content import messages, queries
from server.content.assets import lifecycle, renditions
from server.content.assets.slides import SlideDraft, add_made_slide, content_digest, make_slide
from server.content.models import Asset
from server.content.paths import works
from server.content.uploads.incoming_file import Received
from server.content.uploads.ingest import add_original, keep_original
from server.foundation.core import Core
from server.foundation.jobs.service import enqueue, wake
from server.foundation.public_ids import public

TAG = "起步素材"


def install_starter(core: Core) -> None:
    """Create the waiting picture and enqueue the rest, once in a server's life."""
    with core.config.read() as session:
        if queries.waiting_picture(session) is not None:
            return
    pictures, thumbnail = renditions.draw_all(core, waiting_picture)
    with core.config.write() as session:
        asset = _waiting_asset(core, queries.root_unit(session), pictures, thumbnail)
        session.add(asset)
        session.flush()
        _note(core, session, asset)
        enqueue(session, "make_starter", "pack", core.clock.now_ms())
    wake(core)


def make_starter(core: Core, size: tuple[int, int] = pack.FULL_HD) -> None:
    """Create the missing slides and clips, the latter at a size in pixels.

    Raises media.sandbox.subprocess_limits.ProgramFailed.
    """
    make_starter_slides(core)
    with core.config.read() as session:
        if queries.has_starter_clips(session):
            return
    with tempfile.TemporaryDirectory(dir=works(core), prefix="starter-") as folder:
        _add_clips(core, pack.make_clips(Path(folder), _unheard, size))
    wake(core)


def make_starter_slides(core: Core, most: int | None = None) -> None:
    """Draw the missing slides, or the first few."""
    for wanted in starters()[:most]:
        _add_slide(core, wanted)


def submit_starter(core: Core, actor: Actor) -> list[Asset]:
    """Submit the pack's ready assets for sign-off, in one action; returns them."""
    with core.config.write() as session:
        waiting = queries.starter_assets(session, "ready")
        lifecycle.submit_within(session, core.clock.now_ms(), actor, [one.id for one in waiting])
    return waiting


def _add_slide(core: Core, wanted: Starter) -> None:
    seconds = pack.seconds_for(wanted.template, wanted.fields)
    draft = SlideDraft(wanted.template, wanted.fields, seconds, wanted.title)
    if _is_there(core, content_digest(draft)):
        return
    made = make_slide(core, draft)
    with core.config.write() as session:
        asset = add_made_slide(core, session, queries.root_unit(session), made, None)
        asset.tags = [TAG]
        _note(core, session, asset)


def _add_clips(core: Core, clips: Sequence[pack.StarterClip]) -> None:
    """Add all clips or none, so that one that exists implies all."""
    files = [Received.of(clip.path, "video", clip.title) for clip in clips]
    for file in files:
        keep_original(core, file)
    with core.config.write() as session:
        unit = queries.root_unit(session)
        for file in files:
            asset = add_original(core, session, unit, file, None)
            asset.tags, asset.ai = [TAG], "none"
            _note(core, session, asset)


def _is_there(core: Core, sha256: str) -> bool:
    query = select(Asset.id).where(Asset.sha256 == sha256, Asset.author_id.is_(None))
    with core.config.read() as session:
        return session.scalar(query.limit(1)) is not None


def _waiting_asset(
    core: Core, unit: Unit, pictures: Sequence[MadeFile], thumbnail: MadeFile
) -> Asset:
    now_ms = core.clock.now_ms()
    return Asset(
        unit=unit,
        name=messages.WAITING_NAME.zh,
        kind="image",
        state="approved",
        builtin=True,
        sha256=pictures[0].digest,
        bytes=pictures[0].bytes,
        width=pictures[0].width,
        height=pictures[0].height,
        thumbnail=thumbnail.digest,
        created_at=now_ms,
        changed_at=now_ms,
        signed_at=now_ms,
        renditions=[renditions.rendition_row(file) for file in pictures],
        gaps=[],
    )


def _note(core: Core, session: Session, asset: Asset) -> None:
    subject = public("asset", asset.id)
    record(session, core.clock.now_ms(), None, "asset.starter", subject, name=asset.name)


def _unheard(_fraction: float) -> None:
    """Progress that nobody waits for."""
