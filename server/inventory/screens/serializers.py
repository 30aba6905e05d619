"""JSON documents of screens, their boxes, and enrolment keys."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from server.foundation.rest.documents import document
from server.inventory.screens import schemas
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

    `last_contact_ms`: last contact, possibly with an earlier process.
    """

    now_ms: int
    contact: LastContact | None = None
    pause: ScreenPause | None = None
    last_contact_ms: int | None = None


def screen_document(screen: Screen, seen: Seen, zone: tzinfo) -> dict[str, Any]:
    """A screen; `version`: its player's current one, null if unknown."""
    contact, pause = seen.contact, seen.pause
    return document(
        schemas.Screen,
        screen,
        zone,
        state=state_of(screen, contact, seen.now_ms, paused=pause is not None),
        version=contact.version if contact is not None else None,
        last_contact=contact.at_ms if contact is not None else seen.last_contact_ms,
        paused_until=pause.until_at if pause is not None else None,
        pause_reason=pause.reason if pause is not None else None,
    )


def record_document(screen: Screen) -> dict[str, Any]:
    """The editable part of a screen, for its ETag, independent of contact with the player."""
    return document(schemas.ScreenRecord, screen)


def key_document(row: EnrolmentKey, now_ms: int, screens: int, zone: tzinfo) -> dict[str, Any]:
    """An enrolment key, without the key itself; with the number of screens that came by it."""
    return document(schemas.EnrolmentKey, row, zone, state=key_state(row, now_ms), screens=screens)


def key_record(row: EnrolmentKey, zone: tzinfo) -> dict[str, Any]:
    """The stored part of a key, independent of time, for its ETag."""
    return document(schemas.KeyRecord, row, zone)


def key_state(row: EnrolmentKey, now_ms: int) -> str:
    """`usable`, or why it isn't: `revoked`, `over` (expired), `used_up`."""
    if row.revoked_at is not None:
        return "revoked"
    if row.expires_at <= now_ms:
        return "over"
    return "used_up" if row.used >= row.uses else "usable"


def box_document(row: ScreenBox, zone: tzinfo) -> dict[str, Any]:
    """One of a screen's boxes."""
    given = {"enrolment_key_id": row.key_id, "from_": row.from_at, "until": row.until_at}
    return document(schemas.Box, row, zone, **given)


def refusal_document(row: RefusedEnrolment, zone: tzinfo) -> dict[str, Any]:
    """A player that was refused on behalf of a screen."""
    given = {"venue_id": row.screen.venue_id, "enrolment_key_id": row.key_id}
    return document(schemas.Refusal, row, zone, **given)
