"""Answers of `/report-schedules`."""

from typing import Annotated, Literal

from pydantic import Field

from server.foundation.rest.responses import Answered, Day, Instant, PublicId
from server.reporting.delivery.selection import GroupBy
from server.reporting.subscriptions.periods import Kind


class Filters(Answered):
    """The filters of the report."""

    campaign_id: str | None = None
    unit_id: str | None = None
    territory_id: str | None = None
    venue_kind: str | None = None
    venue_id: str | None = None
    screen_id: str | None = None
    line_id: str | None = None


class Next(Answered):
    """The period that is made next, and when."""

    from_: Day = Field(alias="from")
    to: Day
    at: Instant


class Schedule(Answered):
    """A schedule; `next` is None while it is paused."""

    id: Annotated[str, PublicId("report_schedule")]
    kind: Kind
    hour: int
    group_by: GroupBy
    filters: Filters
    active: bool
    next: Next | None
    created_at: Instant


class File(Answered):
    """The report of one period; `file` is where it is fetched, None if it can't be."""

    id: Annotated[str, PublicId("report_file")]
    schedule_id: Annotated[str, PublicId("report_schedule")]
    kind: Kind
    from_: Day = Field(alias="from")
    to: Day
    group_by: GroupBy
    filters: Filters
    state: Literal["waiting", "made", "failed", "refused"]
    reason: str | None
    bytes: int | None
    file: str | None
    made_at: Instant | None
