"""Packs as the API shows them."""

from datetime import tzinfo
from typing import Any

from server.foundation.jobs.file_orders import KEPT_MS
from server.foundation.public_ids import public
from server.foundation.rest.documents import document
from server.publishing.led_packages import schemas
from server.publishing.led_packages.models import LedPack


def pack_document(row: LedPack, progress: float, language: str, zone: tzinfo) -> dict[str, Any]:
    """One pack; `file` is where it is fetched, None until it is ready."""
    ready = row.state == "ready"
    return document(
        schemas.LedPack,
        row,
        zone,
        progress=1.0 if ready else progress,
        reason=row.reason.in_language(language) or None,
        file=f"/api/v1/led-packs/{public('led_pack', row.id)}/file" if ready else None,
        expires_at=None if row.finished_at is None else row.finished_at + KEPT_MS,
    )
