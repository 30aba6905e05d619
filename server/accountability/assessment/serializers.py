"""The JSON documents of assessment packs."""

from datetime import tzinfo
from typing import Any

import orjson
from sqlalchemy.orm import Session

from server.accountability.assessment import queries, schemas
from server.accountability.assessment.models import AssessmentPack, PackFile
from server.foundation.public_ids import public
from server.foundation.rest.documents import document


def pack(session: Session, row: AssessmentPack, zone: tzinfo) -> dict[str, Any]:
    """A pack in a list."""
    units = queries.units_of(session, row.id)
    return document(
        schemas.ListedPack,
        row,
        zone,
        units=[document(schemas.PackUnit, unit, unit_id=unit.id) for unit in units],
        from_=row.from_on,
        to=row.to_on,
        key_id=row.key["kid"] if row.key else None,
    )


def pack_document(session: Session, row: AssessmentPack, zone: tzinfo) -> dict[str, Any]:
    """A pack with its totals, of all and of each unit, and its files."""
    figures = orjson.loads(queries.figures_of(session, row.id) or "{}")
    return {
        **pack(session, row, zone),
        "as_of": figures.get("as_of"),
        "totals": figures.get("totals"),
        "by_unit": [
            {
                "unit_id": one["unit_id"],
                "name": one["name"],
                "totals": one["totals"],
                "outcomes": one.get("outcomes", []),
            }
            for one in figures.get("units", ())
        ],
        "files": [_file(row, one) for one in queries.files_of(session, row.id)],
    }


def _file(row: AssessmentPack, one: PackFile) -> dict[str, Any]:
    pack_id, unit_id = public("assessment_pack", row.id), public("unit", one.unit_id)
    url = f"/api/v1/assessment-packs/{pack_id}/files/{unit_id}.{one.kind}"
    return document(schemas.PackFile, one, bytes=one.size, url=url)
