"""Packs as the API shows them."""

from datetime import tzinfo
from typing import Any

from server.foundation.jobs.file_orders import KEPT_MS
from server.foundation.public_ids import public
from server.foundation.rest.resources import iso
from server.publishing.led_packages.models import LedPack


def pack_document(row: LedPack, progress: float, language: str, zone: tzinfo) -> dict[str, Any]:
    """One pack; `file` is where it is fetched, None until it is ready."""
    name, ready = public("led_pack", row.id), row.state == "ready"
    why = row.reason.in_language(language)
    ends = None if row.finished_at is None else row.finished_at + KEPT_MS
    return {
        "id": name,
        "campaign_id": None if row.campaign_id is None else public("campaign", row.campaign_id),
        "venue_id": None if row.venue_id is None else public("venue", row.venue_id),
        "width": row.width,
        "height": row.height,
        "pictures": row.pictures,
        "state": row.state,
        "progress": 1.0 if ready else progress,
        "reason": why or None,
        "files": row.files,
        "bytes": row.bytes,
        "file": f"/api/v1/led-packs/{name}/file" if ready else None,
        "created_at": iso(row.created_at, zone),
        "finished_at": iso(row.finished_at, zone),
        "expires_at": iso(ends, zone),
    }
