"""Keeps manifests: immutable texts named by their digests, and which files each names."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.wire.manifest import digest
from playlists.wire.model import Manifest
from server.foundation.errors import existing
from server.publishing.models import ManifestAsset, StoredManifest


def keep(session: Session, text: str, manifest: Manifest, now_ms: int) -> str:
    """Store a manifest's text unless it is there already; its digest."""
    name = digest(text)
    if session.get(StoredManifest, name) is None:
        session.add(StoredManifest(digest=name, body=text, made_at=now_ms))
        session.flush()
        files = {asset.digest for asset in manifest.assets}
        session.add_all(ManifestAsset(manifest=name, asset=file) for file in sorted(files))
        session.flush()
    return name


def text(session: Session, name: str) -> str:
    """The manifest's text. Raises NotFound."""
    stored = existing(session.get(StoredManifest, name))
    return stored.body


def naming(session: Session, assets: Collection[str]) -> dict[str, set[str]]:
    """The manifests that name any of these files, and which of them."""
    found: dict[str, set[str]] = {}
    if not assets:
        return found
    query = select(ManifestAsset).where(ManifestAsset.asset.in_(list(assets)))
    for row in session.scalars(query):
        found.setdefault(row.manifest, set()).add(row.asset)
    return found
