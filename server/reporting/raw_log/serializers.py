"""Exports as the API shows them."""

from datetime import tzinfo
from typing import Any

from server.foundation.public_ids import public
from server.foundation.rest.documents import document
from server.reporting.raw_log import schemas
from server.reporting.raw_log.models import PlayExport


def export_document(
    row: PlayExport, progress: float, language: str, zone: tzinfo
) -> dict[str, Any]:
    """One export; `file` is where it is fetched, None until it is ready."""
    ready = row.state == "ready"
    return document(
        schemas.Export,
        row,
        zone,
        from_=row.first,
        to=row.last,
        progress=1.0 if ready else progress,
        reason=row.reason.in_language(language) or None,
        expected_rows=row.expected,
        file=f"/api/v1/plays/exports/{public('play_export', row.id)}/file" if ready else None,
    )
