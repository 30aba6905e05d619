"""Answers of `/duty-shifts`."""

from typing import Annotated

from pydantic import Field

from server.foundation.rest.responses import Answered, Instant, PublicId, UnitId, UserId


class DutyShift(Answered):
    """Who is on duty for a unit: each week on `days` (ISO, 1 is Monday), or on one `date`."""

    id: Annotated[str, PublicId("duty_shift")]
    unit_id: UnitId
    user_id: UserId
    name: str
    phone: str
    days: list[int]
    date: str | None
    from_: str = Field(alias="from")
    until: str
    created_at: Instant


class OnDuty(Answered):
    """An approver; `until` is null if the person is asked because nobody is on duty."""

    user_id: UserId
    name: str
    phone: str
    unit: str
    until: str | None
