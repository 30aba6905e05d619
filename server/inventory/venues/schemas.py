"""Answers of `/venues` and `/lines`."""

from typing import Any

from server.foundation.rest.responses import Answered, Instant, LineId, UnitId, VenueId

Hours = dict[str, list[list[str]]]


class VenueContact(Answered):
    """The contact at the venue."""

    name: str
    phone: str


class Venue(Answered):
    """A venue; the PIN is never shown."""

    id: VenueId
    code: str | None
    name: str
    kind: str
    unit_id: UnitId
    territory_unit_id: UnitId | None
    line_id: LineId | None
    access: str
    address: str
    lat: float | None
    lon: float | None
    timezone: str
    hours: Hours
    closed_dates: list[str]
    extra_hours: Hours
    viewing_distance_m: float | None
    contact: VenueContact
    contact_user_ids: list[str]
    vehicle: str
    depot: str
    own_share: float
    takeover_policy: str
    sound: bool
    metered: dict[str, Any] | None
    tags: list[str]
    created_at: Instant


class Line(Answered):
    """A bus line."""

    id: LineId
    code: str | None
    unit_id: UnitId
    name: str
    depot: str
    first_service: str | None
    last_service: str | None
    vehicles: list[str]
    created_at: Instant
