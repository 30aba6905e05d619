"""Exports as the API shows them."""

from datetime import tzinfo
from typing import Any

from server.foundation.public_ids import public
from server.foundation.rest.resources import iso
from server.reporting.raw_log.models import PlayExport


def export_document(
    row: PlayExport, progress: float, language: str, zone: tzinfo
) -> dict[str, Any]:
    """One export; `file` is where it is fetched, None until it is ready."""
    name = public("play_export", row.id)
    ready = row.state == "ready"
    why = row.reason.in_language(language)
    return {
        "id": name,
        "screen_id": None if row.screen_id is None else public("screen", row.screen_id),
        "from": row.first.isoformat(),
        "to": row.last.isoformat(),
        "form": row.form,
        "state": row.state,
        "progress": 1.0 if ready else progress,
        "reason": why or None,
        "expected_rows": row.expected,
        "rows": row.rows,
        "bytes": row.bytes,
        "file": f"/api/v1/plays/exports/{name}/file" if ready else None,
        "created_at": iso(row.created_at, zone),
        "finished_at": iso(row.finished_at, zone),
    }
