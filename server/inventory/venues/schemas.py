"""Answers of `/venues` and `/lines`."""

from typing import Any

from server.foundation.rest.responses import Answered, Instant

Hours = dict[str, list[list[str]]]


class VenueContact(Answered):
    """The contact at the venue."""

    name: str
    phone: str


class Venue(Answered):
    """A venue; the PIN is never shown."""

    id: str
    code: str | None
    name: str
    kind: str
    unit_id: str
    territory_unit_id: str | None
    line_id: str | None
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

    id: str
    code: str | None
    unit_id: str
    name: str
    depot: str
    first_service: str | None
    last_service: str | None
    vehicles: list[str]
    created_at: Instant
