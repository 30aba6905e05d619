"""Answers of `/incidents`."""

from typing import Any, Literal

from server.foundation.rest.responses import Answered, Instant


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

    id: str
    code: str
    name: str
    screen_id: str | None
    venue_id: str | None
    line_id: str | None
    unit_id: str
    where: str
    since: Instant
    until: Instant | None
    raised_at: Instant
    age_s: int
    state: Literal["open", "acknowledged", "closed"]
    facts: dict[str, Any]
    advice: str
    cause: str | None
    assignee_id: str | None
    note: str
    acknowledged_by: str | None
    acknowledged_at: Instant | None
    order: Order | None
    ends_by_itself: bool
