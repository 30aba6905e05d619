"""Retention of files: which are needed, the deletion of others, and an integrity check.

A file is needed by an asset (original, versions, pictures), by a manifest, however old, since
plays are held against it, by a takeover that was assigned, and by what a photo of it proves.
"""

from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from media.screen_classes import CLASSES
from media.storage.file_store import Store
from server.content import queries
from server.content.models import Asset, AssetRendition, Photo
from server.foundation.core import Core
from server.foundation.public_ids import public
from server.publishing.manifests.black_picture import black_asset
from server.publishing.models import AssignedTakeover, ManifestAsset

UNUSED_MS: Final = 35 * 24 * 3_600_000


@dataclass
class Findings:
    """Faults of the stores: digests, each with the public ids of objects that need it.

    `altered`: the content doesn't match the digest; `unneeded` ones are no fault.
    """

    files: int = 0
    missing: dict[str, list[str]] = field(default_factory=dict)
    altered: dict[str, list[str]] = field(default_factory=dict)
    unneeded: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """Whether all that is needed is there and whole."""
        return not self.missing and not self.altered


def sweep(core: Core) -> int:
    """Delete what nothing has needed for 35 days; how many files that were."""
    before_ms = core.clock.now_ms() - UNUSED_MS
    with core.config.read() as session:
        needed = _needed_made(session).keys() | _needed_originals(session).keys() | _black()
    swept = 0
    for store in (core.store, core.originals):
        old = [one.digest for one in store.kept() if one.changed_ms < before_ms]
        for digest in sorted(set(old) - needed):
            # Once more, where nobody can come to need it in between.
            with core.config.write() as session:
                if not _is_needed(session, digest):
                    store.remove(digest)
                    swept += 1
    return swept


def verify(core: Core) -> Findings:
    """Compare every file of both stores with its name, and the names with the tables."""
    found = Findings()
    with core.config.read() as session:
        made, originals = _needed_made(session), _needed_originals(session)
    for store, needed in ((core.store, made), (core.originals, originals)):
        kept = {one.digest for one in store.kept()}
        found.files += len(kept)
        found.missing |= {digest: needed[digest] for digest in sorted(needed.keys() - kept)}
        found.unneeded += sorted(kept - needed.keys() - _black())
        for digest in sorted(kept):
            if _is_altered(store, digest):
                found.altered[digest] = needed.get(digest, [])
    return found


def _is_altered(store: Store, digest: str) -> bool:
    try:
        return store.measured(digest) != digest
    except KeyError:  # deleted while this was under way
        return False


def _needed_made(session: Session) -> dict[str, list[str]]:
    """Made files with the assets that they are of; none for those of plans and takeovers alone."""
    found: dict[str, list[str]] = {}
    pictures = select(Asset.id, Asset.thumbnail, Asset.poster)
    named = [
        *session.execute(select(AssetRendition.asset_id, AssetRendition.digest)),
        *((number, digest) for number, *both in session.execute(pictures) for digest in both),
    ]
    for number, digest in named:
        if digest is not None and public("asset", number) not in found.setdefault(digest, []):
            found[digest].append(public("asset", number))
    for owner, digest in session.execute(select(Photo.owner, Photo.digest)):
        found.setdefault(digest, []).append(owner)
    for elsewhere in (select(ManifestAsset.asset), select(AssignedTakeover.asset)):
        for digest in session.scalars(elsewhere.distinct()):
            found.setdefault(digest, [])
    return {digest: assets for digest, assets in found.items() if digest not in _black()}


def _needed_originals(session: Session) -> dict[str, list[str]]:
    """Uploads; slides and the waiting picture have no original."""
    found: dict[str, list[str]] = {}
    query = select(Asset.id, Asset.sha256).where(Asset.slide.is_(None), ~Asset.builtin)
    for number, digest in session.execute(query):
        found.setdefault(digest, []).append(public("asset", number))
    return found


def _is_needed(session: Session, digest: str) -> bool:
    in_plan = select(ManifestAsset.asset).where(ManifestAsset.asset == digest).limit(1)
    in_takeover = select(AssignedTakeover.id).where(AssignedTakeover.asset == digest).limit(1)
    elsewhere = (in_plan, in_takeover)
    return (
        digest in _black()
        or queries.is_needed(session, digest)
        or any(session.scalar(query) is not None for query in elsewhere)
    )


def _black() -> frozenset[str]:
    """Files that are put in when they are first used, and again if they are gone."""
    return frozenset(black_asset(one.name).digest for one in CLASSES)
