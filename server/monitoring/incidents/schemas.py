"""Answers of `/incidents`."""

from typing import Annotated, Any, Literal

from server.foundation.rest.responses import (
    Answered,
    Instant,
    LineId,
    PublicId,
    ScreenId,
    UnitId,
    UserId,
    VenueId,
)


class Order(Answered):
    """派单: the firm in charge of the repair, and the time of the order."""

    firm: str
    phone: str
    note: str
    at: Instant


class Incident(Answered):
    """An incident of one screen, or of a shared cause (`screen_id` is null then).

    `since` and `until`: the time of the fault; `raised_at`: when it was detected. `facts`: details
    that depend on the code.
    """

    id: Annotated[str, PublicId("incident")]
    code: str
    name: str
    screen_id: ScreenId | None
    venue_id: VenueId | None
    line_id: LineId | None
    unit_id: UnitId
    where: str
    since: Instant
    until: Instant | None
    raised_at: Instant
    age_s: int
    state: Literal["open", "acknowledged", "closed"]
    facts: dict[str, Any]
    advice: str
    cause: str | None
    assignee_id: UserId | None
    note: str
    acknowledged_by: UserId | None
    acknowledged_at: Instant | None
    order: Order | None
    ends_by_itself: bool
