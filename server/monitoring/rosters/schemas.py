"""What `/lines/{id}/rosters`, `/lines/rosters/import` and `/maintenance` answer."""

from pydantic import Field

from server.foundation.rest.responses import Answered, Day, Instant, Sha256


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


class ImportedRoster(Answered):
    """A line's day that a table names: how many vehicles run, how many of the line it leaves out
    (they don't), and when the roster that it replaces was changed last (null: there is none)."""

    line_id: str
    line: str
    day: Day
    vehicles: int
    left_out: int
    replaces: Instant | None


class ImportFault(Answered):
    """What is wrong in a row of the table, as spreadsheets count them; `title` names the column."""

    row: int
    column: str
    title: str
    detail: str


class RosterImport(Answered):
    """What a table sets, or would set. `faults` are the first 200 of `fault_count`."""

    digest: Sha256
    applied: bool
    vehicles: int
    rosters: list[ImportedRoster]
    fault_count: int
    faults: list[ImportFault]
