"""What `/lines/{id}/rosters` and `/maintenance` answer."""

from pydantic import Field

from server.answers import Answered, Day, Instant


class RosteredVehicle(Answered):
    """When one vehicle is in service on a day: pairs of wall-clock times."""

    venue_id: str
    vehicle: str
    name: str
    services: list[list[str]]


class Roster(Answered):
    """A line's roster of a day; `vehicles` is null where there is none: the line's hours hold."""

    line_id: str
    day: Day
    vehicles: list[RosteredVehicle] | None


class Maintenance(Answered):
    """Planned work on some screens, for the time of which no display is owed."""

    id: str
    unit_id: str
    author_id: str
    from_: Instant = Field(alias="from")
    until: Instant
    reason: str
    screens: int
    created_at: Instant
    ended_at: Instant | None
