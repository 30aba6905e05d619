"""The JSON documents of attestations."""

from datetime import tzinfo
from typing import Any

from sqlalchemy.orm import Session

from server.accountability.attestations import schemas
from server.accountability.attestations.models import Attestation
from server.campaigns.workflow.serializers import reviews
from server.content.assets.evidence_photos import photos_of
from server.foundation.public_ids import public
from server.foundation.rest.documents import document


def attestation(session: Session, row: Attestation, zone: tzinfo) -> dict[str, Any]:
    """An attestation in a list."""
    own = public("attestation", row.id)
    photos = [
        document(schemas.Photo, one, zone, url=f"/api/v1/attestations/{own}/photos/{one.digest}")
        for one in photos_of(session, own)
    ]
    days = {"from_": row.from_on, "to": row.to_on}
    return document(schemas.ListedAttestation, row, zone, **days, photos=photos)


def attestation_document(session: Session, row: Attestation, zone: tzinfo) -> dict[str, Any]:
    """An attestation with the verdict on it."""
    verdicts = reviews(session, "attestation", row.id, zone)
    return {**attestation(session, row, zone), "reviews": verdicts}
