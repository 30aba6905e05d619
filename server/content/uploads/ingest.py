"""Ingests an upload: dedupes it by unit, stores the original, enqueues its processing."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced

from sqlalchemy.orm import Session

from media.ai.label import Declared
from media.rejection_reasons import refusal
from media.screen_classes import Fit
from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.accounts.models import Unit
from server.content import messages, queries
from server.content.models import Asset
from server.content.uploads import document_pages
from server.content.uploads.incoming_file import Received, as_problem
from server.foundation.core import Core
from server.foundation.errors import Busy, Conflict
from server.foundation.jobs.service import enqueue, wake
from server.foundation.public_ids import public


@dataclass(frozen=True)
class Upload:
    """A file with its sender's metadata; `unit` is a public id.

    The default fit is the old version's, or `whole`. `ai`: declared on AI-made content.
    """

    file: Received
    name: str | None = None
    unit: str | None = None
    fit: Fit | None = None
    ai: Declared | None = None


@dataclass(frozen=True)
class TakenIn:
    """The asset; `duplicate`: the unit had the same content before.

    For a document `pages` are in order, and `asset` is the first of them.
    """

    asset: Asset
    duplicate: bool
    pages: Sequence[Asset] = ()


def take_in(core: Core, actor: Actor, upload: Upload) -> TakenIn:
    """Create an asset from an upload, or return the unit's existing one of the same content.

    Raises Invalid or TooLarge for a rejected document.
    """
    if upload.file.kind == "document":
        return _take_in_pages(core, actor, upload)
    with core.config.read() as session:
        unit = queries.home_unit(session, actor, upload.unit)
        existing = queries.same_content(session, unit.id, upload.file.sha256)
    if existing is not None:
        return TakenIn(existing, duplicate=True)
    keep_original(core, upload.file)
    with core.config.write() as session:
        existing = queries.same_content(session, unit.id, upload.file.sha256)
        if existing is not None:
            return TakenIn(existing, duplicate=True)
        asset = _add(core, session, actor, unit.id, upload)
    wake(core)
    return TakenIn(asset, duplicate=False)


def replace(core: Core, actor: Actor, asset_id: str, upload: Upload) -> Asset:
    """Create a successor, which replaces the asset everywhere once it is approved.

    Raises Conflict for an asset that was never signed off, or for the same content.
    """
    if upload.file.kind == "document":
        raise as_problem(refusal("unsupported_here"))
    with core.config.read() as session:
        old = replaceable(session, actor, asset_id)
        if old.sha256 == upload.file.sha256:
            raise Conflict(messages.SAME_FILE)
    keep_original(core, upload.file)
    with core.config.write() as session:
        asset = _add(core, session, actor, old.unit_id, upload)
        asset.replaces_id, asset.name = old.id, upload.name or old.name
        asset.tags, asset.fit = list(old.tags), upload.fit or old.fit
    wake(core)
    return asset


def replaceable(session: Session, actor: Actor, asset_id: str) -> Asset:
    """The asset, if it may have a successor. Raises Conflict, NotFound, Forbidden."""
    old = queries.find(session, actor, "content.write", asset_id)
    if old.signed_at is None or old.builtin:
        raise Conflict(messages.NOT_REPLACEABLE)
    return old


def keep_original(core: Core, file: Received) -> None:
    """Move a file to the originals; call it before the transaction that adds its asset.

    After a killed attempt it is there already.
    """
    if file.path.exists() or not core.originals.has(file.sha256):
        core.originals.add(file.path)


def add_original(
    core: Core, session: Session, unit: Unit, file: Received | Asset, author_id: int | None
) -> Asset:
    """The row of a stored original, with its processing job, in the caller's transaction.

    `file`: the received one, or an asset of the same original. Raises Busy if the original is gone.
    """
    now_ms = core.clock.now_ms()
    if not core.originals.at_hand(file.sha256):
        # The last asset of this content was deleted just now; a retry stores it again.
        raise Busy
    asset = Asset(
        unit=unit,
        author_id=author_id,
        name=file.name,
        kind=file.kind,
        state="processing",
        sha256=file.sha256,
        bytes=file.bytes,
        created_at=now_ms,
        changed_at=now_ms,
    )
    session.add(asset)
    session.flush()
    session.refresh(asset, ["renditions", "gaps"])
    enqueue(session, "process_asset", asset.id, now_ms)
    return asset


def _take_in_pages(core: Core, actor: Actor, upload: Upload) -> TakenIn:
    with core.config.read() as session:
        unit = queries.home_unit(session, actor, upload.unit)
    with document_pages.drawn(core, upload.file) as pages:
        for page in pages:
            keep_original(core, page)
    taken = []
    with core.config.write() as session:
        for place, page in enumerate(pages, start=1):
            existing = queries.same_content(session, unit.id, page.sha256)
            name = f"{upload.name} {place}" if upload.name else None
            part = replaced(upload, file=page, name=name)
            made = existing or _add(core, session, actor, unit.id, part)
            taken.append(TakenIn(made, duplicate=existing is not None))
    wake(core)
    assets = [one.asset for one in taken]
    return TakenIn(assets[0], all(one.duplicate for one in taken), assets)


def _add(core: Core, session: Session, actor: Actor, unit_id: int, upload: Upload) -> Asset:
    unit = session.get_one(Unit, unit_id)
    asset = add_original(core, session, unit, upload.file, actor.user_id)
    asset.name = upload.name or asset.name
    asset.fit, asset.ai = upload.fit or "whole", upload.ai
    detail = {"name": asset.name, "sha256": asset.sha256, "fit": asset.fit, "ai": asset.ai}
    subject = public("asset", asset.id)
    record(session, asset.created_at, actor.user_id, "asset.upload", subject, **detail)
    return asset
