"""The JSON documents of assets."""

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

from sqlalchemy.orm import Session

from server.content.models import Asset, AssetGap, AssetRendition
from server.foundation.i18n import Sentence
from server.foundation.jobs.queries import progress_of
from server.foundation.public_ids import public
from server.foundation.rest.resources import iso

STILL = "processing"


def file_url(digest: str | None) -> str | None:
    """The address of a file."""
    return None if digest is None else f"/files/{digest}"


def asset_document(
    asset: Asset, progress: float | None, zone: tzinfo, language: str
) -> dict[str, Any]:
    """An asset; `progress` (0 to 1) is present while it is processed."""
    reason = Sentence(asset.reason_zh, asset.reason_en).in_language(language)
    return {
        "id": public("asset", asset.id),
        "unit_id": public("unit", asset.unit_id),
        "author_id": _person(asset.author_id),
        "reviewer_id": _person(asset.reviewer_id),
        "name": asset.name,
        "kind": asset.kind,
        "state": asset.state,
        "progress": progress,
        "reason": reason or None,
        "code": asset.code,
        "warnings": list(asset.warnings),
        "tags": list(asset.tags),
        "expires_on": asset.expires_on.isoformat() if asset.expires_on else None,
        "sha256": asset.sha256,
        "bytes": asset.bytes,
        "width": asset.width,
        "height": asset.height,
        "duration_ms": asset.duration_ms,
        "fit": None if asset.slide else asset.fit,
        "renditions": [rendition_document(one) for one in asset.renditions],
        "gaps": [_gap_document(one, language) for one in asset.gaps],
        "thumbnail": file_url(asset.thumbnail),
        "poster": file_url(asset.poster),
        "filmstrip": file_url(asset.filmstrip),
        "slide": asset.slide,
        "builtin": asset.builtin,
        "replaces": _asset(asset.replaces_id),
        "replaced_by": _asset(asset.replaced_by),
        "created_at": iso(asset.created_at, zone),
        "changed_at": iso(asset.changed_at, zone),
    }


def rendition_document(row: AssetRendition) -> dict[str, Any]:
    """An asset's file for a class of screens, at /files/<digest>."""
    return {
        "class": row.cls,
        "digest": row.digest,
        "type": row.type,
        "bytes": row.bytes,
        "width": row.width,
        "height": row.height,
        "duration_ms": row.duration_ms,
    }


def _gap_document(row: AssetGap, language: str) -> dict[str, Any]:
    reason = Sentence(row.reason_zh, row.reason_en).in_language(language)
    return {"class": row.cls, "code": row.code, "reason": reason}


def progress_by_asset(session: Session, assets: Iterable[Asset]) -> dict[int, float]:
    """The progress of assets being processed, from 0 to 1."""
    waiting = [asset.id for asset in assets if asset.state == STILL]
    known = progress_of(session, "process_asset", waiting) if waiting else {}
    return {number: known.get(str(number), 0.0) for number in waiting}


def _person(user_id: int | None) -> str | None:
    return None if user_id is None else public("user", user_id)


def _asset(asset_id: int | None) -> str | None:
    return None if asset_id is None else public("asset", asset_id)
