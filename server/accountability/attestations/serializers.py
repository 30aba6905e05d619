"""The JSON documents of attestations."""

from datetime import tzinfo
from typing import Any

from sqlalchemy.orm import Session

from server.accountability.attestations.models import Attestation
from server.campaigns.queries import reviews_of
from server.campaigns.workflow.serializers import review
from server.content.assets.evidence_photos import photos_of
from server.content.models import Photo
from server.foundation.public_ids import public
from server.foundation.rest.resources import iso


def attestation(session: Session, row: Attestation, zone: tzinfo) -> dict[str, Any]:
    """An attestation in a list."""
    own = public("attestation", row.id)
    return {
        "id": own,
        "venue_id": public("venue", row.venue_id),
        "author_id": public("user", row.author_id),
        "state": row.state,
        "from": row.from_on.isoformat(),
        "to": row.to_on.isoformat(),
        "ended_on": row.ended_on.isoformat() if row.ended_on else None,
        "days": row.days,
        "plays_per_day": row.plays_per_day,
        "person": row.person,
        "note": row.note,
        "photos": [_photo(own, one, zone) for one in photos_of(session, own)],
        "created_at": iso(row.created_at, zone),
        "decided_at": iso(row.decided_at, zone),
    }


def attestation_document(session: Session, row: Attestation, zone: tzinfo) -> dict[str, Any]:
    """An attestation with the verdict on it."""
    reviews = reviews_of(session, "attestation", row.id)
    return {**attestation(session, row, zone), "reviews": [review(one, zone) for one in reviews]}


def _photo(own: str, one: Photo, zone: tzinfo) -> dict[str, Any]:
    return {
        "digest": one.digest,
        "url": f"/api/v1/attestations/{own}/photos/{one.digest}",
        "width": one.width,
        "height": one.height,
        "user_id": public("user", one.user_id),
        "added_at": iso(one.added_at, zone),
    }
