"""The JSON documents of assets."""

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

from sqlalchemy.orm import Session

from server.content import schemas
from server.content.models import Asset, AssetGap
from server.foundation.i18n import Sentence
from server.foundation.jobs.queries import progress_of
from server.foundation.rest.documents import document

STILL = "processing"


def file_url(digest: str | None) -> str | None:
    """The address of a file."""
    return None if digest is None else f"/files/{digest}"


def asset_document(
    asset: Asset, progress: float | None, zone: tzinfo, language: str
) -> dict[str, Any]:
    """An asset; `progress` (0 to 1) is present while it is processed."""
    reason = Sentence(asset.reason_zh, asset.reason_en).in_language(language)
    return document(
        schemas.Asset,
        asset,
        zone,
        progress=progress,
        reason=reason or None,
        warnings=list(asset.warnings),
        tags=list(asset.tags),
        fit=None if asset.slide else asset.fit,
        renditions=[document(schemas.Rendition, one, class_=one.cls) for one in asset.renditions],
        gaps=[_gap_document(one, language) for one in asset.gaps],
        thumbnail=file_url(asset.thumbnail),
        poster=file_url(asset.poster),
        filmstrip=file_url(asset.filmstrip),
        replaces=asset.replaces_id,
    )


def _gap_document(row: AssetGap, language: str) -> dict[str, Any]:
    reason = Sentence(row.reason_zh, row.reason_en).in_language(language)
    return {"class": row.cls, "code": row.code, "reason": reason}


def progress_by_asset(session: Session, assets: Iterable[Asset]) -> dict[int, float]:
    """The progress of assets being processed, from 0 to 1."""
    waiting = [asset.id for asset in assets if asset.state == STILL]
    progress = progress_of(session, "process_asset", waiting) if waiting else {}
    return {number: progress.get(str(number), 0.0) for number in waiting}
