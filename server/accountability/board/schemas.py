"""The answers of `/board`."""

from typing import Literal

from pydantic import Field

from server.foundation.rest.responses import Answered, Day
from server.gateway.status.venue import VenueState


class BoardFigures(Answered):
    """Venues by access, coverage over the days, screens by state, today's plays until now.

    `covered_of` are the venues that should be reached; `screens` = online + late + dark + idle +
    paused + never_seen. `dark` should run but sends no heartbeats; `idle` needn't run and sends
    none.
    """

    venues: int
    player: int
    manual: int
    none: int
    covered_of: int
    reached: int
    attested: int
    coverage: float | None
    screens: int
    online: int
    late: int
    dark: int
    idle: int
    paused: int
    never_seen: int
    incidents: int
    expected: int
    confirmed: int
    pending: int
    delivery: float | None


class BoardRow(BoardFigures):
    """A unit with all below it; null is what belongs to no territory, or several units."""

    unit_id: str | None
    name: str
    leader: str
    contact: str = Field(description="With the middle of phone numbers hidden")
    below: int = Field(description="How many units are directly below it")


class BoardVenue(Answered):
    """A venue that belongs to the unit itself."""

    venue_id: str
    name: str
    kind: str
    access: str
    state: VenueState
    screens: int
    dark: int
    contact: str


class BoardAnswer(Answered):
    """One level of the tree."""

    from_: Day = Field(alias="from")
    to: Day
    by: Literal["unit", "territory"]
    unit: BoardRow
    items: list[BoardRow]
    venues: list[BoardVenue]
