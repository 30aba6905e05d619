"""What `/incidents` answers."""

from typing import Any, Literal

from server.foundation.rest.responses import Answered, Instant


class Order(Answered):
    """派单: who is to repair it, and since when that is ordered."""

    firm: str
    phone: str
    note: str
    at: Instant


class Incident(Answered):
    """An outage of one screen, or of a shared cause (`screen_id` is null then).

    `since` and `until` are when it was so; `raised_at` is when it was found. `facts` has what
    belongs to its code.
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
