"""Evidence photos: re-encoded, stored by digest, never shown on screens.

Only the picture is stored: location, camera data and anything else in the file is removed. The
upload itself is deleted.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from media.errors import MediaRefused
from media.images.renditions import Frame, Moving, Pictures, make_images
from media.sandbox.subprocess_limits import ProgramFailed
from server.accounts.actor import Actor
from server.content import queries
from server.content.models import Photo
from server.content.paths import limits_of, works
from server.content.uploads.incoming_file import Received, as_problem
from server.foundation.core import Core
from server.foundation.errors import Busy, Invalid
from server.foundation.i18n import Sentence
from server.foundation.runtime.blocking import run_blocking

LONGEST_PX: Final = 1600
NO_PHOTO: Final = Sentence(
    "这里只接受照片（JPEG、PNG、HEIC 等），不接受视频、动图或文档。",
    "Only photos are taken here (JPEG, PNG, HEIC and the like): no clip, animation or document.",
)


@dataclass(frozen=True)
class Kept:
    """A stored photo: its digest, bytes, and size in pixels."""

    digest: str
    bytes: int
    width: int
    height: int


def keep_photo(core: Core, file: Received) -> Kept:
    """Re-encode an upload and store it; call it before the transaction that adds it.

    Raises Invalid or TooLarge unless it is a photo.
    """
    if file.kind != "image":
        raise Invalid.at("/file", NO_PHOTO)
    try:
        return run_blocking(partial(_reencode_photo, core, file.path))
    except MediaRefused as refused:
        raise as_problem(refused) from refused
    except ProgramFailed as failed:
        raise Busy from failed


def uploaded(core: Core, session: Session, actor: Actor, asset_id: str, pointer: str) -> Received:
    """The upload of an asset in the person's scope, to be stored as a photo.

    Raises NotFound outside the scope, Invalid for clips and slides.
    """
    asset = queries.find(session, actor, "read", asset_id)
    if asset.kind != "image" or asset.slide is not None or asset.builtin:
        raise Invalid.at(pointer, NO_PHOTO)
    try:
        path = core.originals.path(asset.sha256)
    except KeyError as error:
        raise Busy from error
    return Received(path, "image", asset.sha256, asset.bytes, asset.name)


def add_photo(core: Core, session: Session, owner: str, kept: Kept, user_id: int) -> bool:
    """Add a photo to its owner, in the caller's transaction; False if it has it already.

    Raises Busy if the file is gone: a retry stores it again.
    """
    if not core.store.at_hand(kept.digest):
        raise Busy
    if any(one.digest == kept.digest for one in photos_of(session, owner)):
        return False
    now_ms = core.clock.now_ms()
    session.add(Photo(owner=owner, **asdict(kept), user_id=user_id, added_at=now_ms))
    session.flush()
    return True


def photos_of(session: Session, owner: str) -> Sequence[Photo]:
    """The photos of a public id, oldest first."""
    return session.scalars(select(Photo).where(Photo.owner == owner).order_by(Photo.id)).all()


def _reencode_photo(core: Core, source: Path) -> Kept:
    with tempfile.TemporaryDirectory(dir=works(core), prefix="photo-") as folder:
        frame = Frame(Path(folder) / "photo.jpg", LONGEST_PX, LONGEST_PX)
        spare = Path(folder) / "thumbnail.jpg", Path(folder) / "film.mov"
        wanted = Pictures([frame], *spare, "bare")
        still = make_images(source, wanted, limits_of(core.settings), lambda _share: None)
        if isinstance(still, Moving):
            raise Invalid.at("/file", NO_PHOTO)
        scale = min(1.0, LONGEST_PX / max(still.width, still.height))
        size = max(round(still.width * scale), 1), max(round(still.height * scale), 1)
        count = frame.path.stat().st_size
        return Kept(core.store.add(frame.path), count, *size)
