"""The answer of `/reports/screen-register`."""

from typing import Literal

from server.foundation.rest.responses import Answered, Day, Instant, ScreenId, UnitId, VenueId


class RegisterRow(Answered):
    """A screen with its place; the contact's number is masked.

    `shape`: upright, across, or a long strip; `width` and `height` in pixels, null until its player
    reported them; `width_m` and `height_m` with the pixel pitch. `installed_on`: the first box that
    was bound; `maintained_on`: the last day of planned work or of a repair that was ordered.
    """

    screen_id: ScreenId
    name: str
    serial: str | None
    venue_id: VenueId
    venue_name: str
    venue_code: str | None
    venue_kind: str
    vehicle: str
    address: str
    lat: float | None
    lon: float | None
    hours: dict[str, list[list[str]]]
    territory: str | None
    shape: Literal["landscape", "portrait", "strip"]
    rendition_class: str
    width: int | None
    height: int | None
    pixel_pitch_mm: float | None
    width_m: float | None
    height_m: float | None
    contact_name: str
    contact_phone: str
    installed_on: Day | None
    maintained_on: Day | None


class RegisterUnit(Answered):
    """A unit's screens by venue, and how many there are."""

    unit_id: UnitId
    unit: str
    screens: int
    venues: int
    items: list[RegisterRow]


class RegisterTotals(Answered):
    """Of all units; `installed`: screens that a box was bound to."""

    units: int
    venues: int
    screens: int
    installed: int


class ScreenRegister(Answered):
    """The screens that are not retired, by unit in the order of the tree."""

    as_of: Instant
    units: list[RegisterUnit]
    totals: RegisterTotals
