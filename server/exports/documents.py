"""Exports as the API shows them."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from sqlalchemy.orm import Session

from server.exports.models import PlayExport
from server.ids import public
from server.jobs.queries import progress_of
from server.rest import iso
from server.texts import Sentence


def export_document(
    row: PlayExport, progress: float, language: str, zone: tzinfo
) -> dict[str, Any]:
    """One export; `file` is where it is fetched, None until it is ready."""
    name = public("play_export", row.id)
    ready = row.state == "ready"
    why = Sentence(row.reason_zh or "", row.reason_en or "").in_language(language)
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


def how_far(session: Session, rows: Sequence[PlayExport]) -> dict[int, float]:
    """How far those are that wait, by number."""
    waiting = [row.id for row in rows if row.state == "queued"]
    found = progress_of(session, "make_export", waiting)
    return {row.id: found.get(str(row.id), 0.0) for row in rows}
