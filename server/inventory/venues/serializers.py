"""JSON documents of venues and lines."""

from datetime import tzinfo
from typing import Any

from server.foundation.phone_masking import masked
from server.foundation.public_ids import public
from server.foundation.rest.documents import document
from server.inventory.venues import schemas
from server.inventory.venues.models import Line, Venue


def venue_document(venue: Venue, zone: tzinfo) -> dict[str, Any]:
    """A venue; without the PIN."""
    contact = {"name": venue.contact_name, "phone": venue.contact_phone}
    users = [public("user", one.user_id) for one in venue.contacts]
    return document(schemas.Venue, venue, zone, contact=contact, contact_user_ids=users)


def masked_venue(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the phone masked, for lists and people who may not write it."""
    contact = document["contact"]
    return {**document, "contact": {**contact, "phone": masked(contact["phone"])}}


def line_document(line: Line, zone: tzinfo) -> dict[str, Any]:
    """A bus line."""
    return document(schemas.Line, line, zone)
