"""JSON documents of screens, their boxes, and enrolment keys."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from server.foundation.public_ids import public
from server.foundation.rest.resources import iso
from server.inventory.screens.models import (
    EnrolmentKey,
    RefusedEnrolment,
    Screen,
    ScreenBox,
    ScreenPause,
)
from server.inventory.screens.status import LastContact, state_of


@dataclass(frozen=True)
class Seen:
    """The state of a screen besides its record.

    `heard_ms`: last contact, possibly with an earlier process.
    """

    now_ms: int
    contact: LastContact | None = None
    pause: ScreenPause | None = None
    heard_ms: int | None = None


def screen_document(screen: Screen, seen: Seen, zone: tzinfo) -> dict[str, Any]:
    """A screen; `version`: its player's current one, null if unknown."""
    contact, pause = seen.contact, seen.pause
    heard_ms = contact.at_ms if contact is not None else seen.heard_ms
    return {
        "id": public("screen", screen.id),
        **record_document(screen),
        "state": state_of(screen, contact, seen.now_ms, paused=pause is not None),
        "version": contact.version if contact is not None else None,
        "last_contact": iso(heard_ms, zone),
        "player": screen.player,
        "paused_until": iso(pause.until_at if pause is not None else None, zone),
        "pause_reason": pause.reason if pause is not None else None,
        "created_at": iso(screen.created_at, zone),
        "enrolled_at": iso(screen.enrolled_at, zone),
        "revoked_at": iso(screen.revoked_at, zone),
        "retired_at": iso(screen.retired_at, zone),
        "awaited_since": iso(screen.awaited_since, zone),
    }


def record_document(screen: Screen) -> dict[str, Any]:
    """The editable part of a screen, for its ETag, independent of contact with the player."""
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


def key_document(row: EnrolmentKey, now_ms: int, screens: int, zone: tzinfo) -> dict[str, Any]:
    """An enrolment key, without the key itself; with the number of screens that came by it."""
    return {
        **key_record(row, zone),
        "state": key_state(row, now_ms),
        "screens": screens,
    }


def key_record(row: EnrolmentKey, zone: tzinfo) -> dict[str, Any]:
    """The stored part of a key, independent of time, for its ETag."""
    return {
        "id": public("enrolment_key", row.id),
        "unit_id": public("unit", row.unit_id),
        "venue_kind": row.venue_kind,
        "uses": row.uses,
        "used": row.used,
        "made_by": _person(row.made_by),
        "created_at": iso(row.created_at, zone),
        "expires_at": iso(row.expires_at, zone),
        "revoked_at": iso(row.revoked_at, zone),
    }


def key_state(row: EnrolmentKey, now_ms: int) -> str:
    """`usable`, or why it isn't: `revoked`, `over` (expired), `used_up`."""
    if row.revoked_at is not None:
        return "revoked"
    if row.expires_at <= now_ms:
        return "over"
    return "used_up" if row.used >= row.uses else "usable"


def box_document(row: ScreenBox, zone: tzinfo) -> dict[str, Any]:
    """One of a screen's boxes."""
    return {
        "serial": row.serial,
        "player": row.player,
        "how": row.how,
        "enrolment_key_id": None if row.key_id is None else public("enrolment_key", row.key_id),
        "user_id": _person(row.user_id),
        "from": iso(row.from_at, zone),
        "until": iso(row.until_at, zone),
        "ended": row.ended,
        "ended_by": _person(row.ended_by),
    }


def refusal_document(row: RefusedEnrolment, zone: tzinfo) -> dict[str, Any]:
    """A player that was refused on behalf of a screen."""
    return {
        "screen_id": public("screen", row.screen_id),
        "venue_id": public("venue", row.screen.venue_id),
        "serial": row.serial,
        "enrolment_key_id": public("enrolment_key", row.key_id),
        "address": row.address,
        "first_at": iso(row.first_at, zone),
        "last_at": iso(row.last_at, zone),
        "tries": row.tries,
    }


def _person(number: int | None) -> str | None:
    return None if number is None else public("user", number)
