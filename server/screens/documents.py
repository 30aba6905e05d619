"""JSON documents of screens and enrolment keys."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from server.ids import public
from server.rest import iso
from server.screens.models import EnrolmentKey, Screen, ScreenPause
from server.screens.states import LastContact, state_of


@dataclass(frozen=True)
class Seen:
    """What is known of a screen beside its record."""

    now_ms: int
    contact: LastContact | None = None
    pause: ScreenPause | None = None


def screen_document(screen: Screen, seen: Seen, zone: tzinfo) -> dict[str, Any]:
    """A screen; `version` is the one that its player has on air, null if not known."""
    contact, pause = seen.contact, seen.pause
    return {
        "id": public("screen", screen.id),
        **record_document(screen),
        "state": state_of(screen, contact, seen.now_ms, paused=pause is not None),
        "version": contact.version if contact is not None else None,
        "last_contact": iso(contact.at_ms if contact is not None else None, zone),
        "player": screen.player,
        "paused_until": iso(pause.until_at if pause is not None else None, zone),
        "pause_reason": pause.reason if pause is not None else None,
        "created_at": iso(screen.created_at, zone),
        "enrolled_at": iso(screen.enrolled_at, zone),
        "revoked_at": iso(screen.revoked_at, zone),
        "retired_at": iso(screen.retired_at, zone),
    }


def record_document(screen: Screen) -> dict[str, Any]:
    """What people write of a screen: it makes the ETag, which contact with a player must not."""
    return {
        "venue_id": public("venue", screen.venue_id),
        "serial": screen.serial,
        "name": screen.name,
        "width": screen.width,
        "height": screen.height,
        "pixel_pitch_mm": screen.pixel_pitch_mm,
        "rendition_class": screen.rendition_class,
        "tags": screen.tags,
    }


def key_document(row: EnrolmentKey, zone: tzinfo) -> dict[str, Any]:
    """An enrolment key, without the key itself."""
    return {
        "id": public("enrolment_key", row.id),
        "unit_id": public("unit", row.unit_id),
        "venue_kind": row.venue_kind,
        "uses": row.uses,
        "used": row.used,
        "created_at": iso(row.created_at, zone),
        "expires_at": iso(row.expires_at, zone),
        "revoked_at": iso(row.revoked_at, zone),
    }
