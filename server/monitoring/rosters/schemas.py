"""Answers of `/lines/{id}/rosters`, `/lines/rosters/import` and `/maintenance`."""

from pydantic import Field

from server.foundation.rest.responses import Answered, Day, Instant, Sha256


class RosteredVehicle(Answered):
    """A vehicle's service on a day: pairs of wall-clock times."""

    venue_id: str
    vehicle: str
    name: str
    services: list[list[str]]


class Roster(Answered):
    """A line's roster of a day; `vehicles` is null if the line's hours apply."""

    line_id: str
    day: Day
    vehicles: list[RosteredVehicle] | None


class Maintenance(Answered):
    """Planned work on some screens, an SLA exclusion for its time."""

    id: str
    unit_id: str
    author_id: str
    from_: Instant = Field(alias="from")
    until: Instant
    reason: str
    screens: int
    created_at: Instant
    ended_at: Instant | None


class ImportedRoster(Answered):
    """A line's day in a table: numbers of vehicles that run and that are left out.

    Vehicles left out don't run. `replaces`: last change of the roster that it replaces, null
    without one.
    """

    line_id: str
    line: str
    day: Day
    vehicles: int
    left_out: int
    replaces: Instant | None


class ImportFault(Answered):
    """A fault in a row, counted as in spreadsheets; `title` is the column's heading."""

    row: int
    column: str
    title: str
    detail: str


class RosterImport(Answered):
    """The effect of a table. `faults`: the first 200 of `fault_count`."""

    digest: Sha256
    applied: bool
    vehicles: int
    rosters: list[ImportedRoster]
    fault_count: int
    faults: list[ImportFault]
