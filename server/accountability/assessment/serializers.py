"""The JSON documents of assessment packs."""

from datetime import tzinfo
from typing import Any

import orjson
from sqlalchemy.orm import Session

from server.accountability.assessment import queries
from server.accountability.assessment.models import AssessmentPack, PackFile
from server.foundation.public_ids import public
from server.foundation.rest.resources import iso


def pack(session: Session, row: AssessmentPack, zone: tzinfo) -> dict[str, Any]:
    """A pack in a list."""
    units = queries.units_of(session, row.id)
    return {
        "id": public("assessment_pack", row.id),
        "author_id": public("user", row.author_id),
        "units": [{"unit_id": public("unit", unit.id), "name": unit.name} for unit in units],
        "from": row.from_on.isoformat(),
        "to": row.to_on.isoformat(),
        "state": row.state,
        "created_at": iso(row.created_at, zone),
        "frozen_at": iso(row.frozen_at, zone),
        "digest": row.digest,
        "signature": row.signature,
        "key_id": row.key["kid"] if row.key else None,
    }


def pack_document(session: Session, row: AssessmentPack, zone: tzinfo) -> dict[str, Any]:
    """A pack with its totals, of all and of each unit, and its files."""
    figures = orjson.loads(queries.figures_of(session, row.id) or "{}")
    return {
        **pack(session, row, zone),
        "as_of": figures.get("as_of"),
        "totals": figures.get("totals"),
        "by_unit": [
            {"unit_id": one["unit_id"], "name": one["name"], "totals": one["totals"]}
            for one in figures.get("units", ())
        ],
        "files": [_file(row, one) for one in queries.files_of(session, row.id)],
    }


def _file(row: AssessmentPack, one: PackFile) -> dict[str, Any]:
    pack_id, unit_id = public("assessment_pack", row.id), public("unit", one.unit_id)
    return {
        "unit_id": unit_id,
        "kind": one.kind,
        "name": one.name,
        "bytes": one.size,
        "sha256": one.sha256,
        "url": f"/api/v1/assessment-packs/{pack_id}/files/{unit_id}.{one.kind}",
    }
