"""JSON documents of venues and lines."""

from datetime import tzinfo
from typing import Any

from server.foundation.phone_masking import masked
from server.foundation.public_ids import public
from server.foundation.rest.resources import iso
from server.inventory.venues.models import Line, Venue


def venue_document(venue: Venue, zone: tzinfo) -> dict[str, Any]:
    """A venue; without the PIN."""
    territory, line = venue.territory_unit_id, venue.line_id
    return {
        "id": public("venue", venue.id),
        "code": venue.code,
        "name": venue.name,
        "kind": venue.kind,
        "unit_id": public("unit", venue.unit_id),
        "territory_unit_id": public("unit", territory) if territory is not None else None,
        "line_id": public("line", line) if line is not None else None,
        "access": venue.access,
        "address": venue.address,
        "lat": venue.lat,
        "lon": venue.lon,
        "timezone": venue.timezone,
        "hours": venue.hours,
        "closed_dates": venue.closed_dates,
        "extra_hours": venue.extra_hours,
        "viewing_distance_m": venue.viewing_distance_m,
        "contact": {"name": venue.contact_name, "phone": venue.contact_phone},
        "contact_user_ids": [public("user", contact.user_id) for contact in venue.contacts],
        "vehicle": venue.vehicle,
        "depot": venue.depot,
        "own_share": venue.own_share,
        "takeover_policy": venue.takeover_policy,
        "sound": venue.sound,
        "metered": venue.metered,
        "tags": venue.tags,
        "created_at": iso(venue.created_at, zone),
    }


def masked_venue(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the phone masked, for lists and people who may not write it."""
    contact = document["contact"]
    return {**document, "contact": {**contact, "phone": masked(contact["phone"])}}


def line_document(line: Line, zone: tzinfo) -> dict[str, Any]:
    """A bus line."""
    return {
        "id": public("line", line.id),
        "code": line.code,
        "unit_id": public("unit", line.unit_id),
        "name": line.name,
        "depot": line.depot,
        "first_service": line.first_service,
        "last_service": line.last_service,
        "vehicles": line.vehicles,
        "created_at": iso(line.created_at, zone),
    }
