"""Answers of `/reports/uptime`."""

from pydantic import Field

from server.foundation.rest.responses import Answered, Day, Instant
from server.reporting.delivery.schemas import GroupName
from server.reporting.uptime.service import UptimeGroup


class UptimeFigures(Answered):
    """Seconds, and per cent to two decimals; null without any time to measure.

    down = monitored - up; unknown is neither. Display uptime is between low and high; both are the
    same once all logs are complete.
    """

    monitored_s: int
    up_s: int
    down_s: int
    unknown_s: int
    excused_s: int
    uptime_pct: float | None
    running_pct: float | None
    display_low_pct: float | None
    display_high_pct: float | None
    freshness_pct: float | None
    meets_target_pct: float | None
    median_pct: float | None
    p10_pct: float | None


class UptimeRow(GroupName, UptimeFigures):
    """One group: its name, and the one field that identifies it."""


class Uptime(Answered):
    """A report: its rows, their totals, and until when they hold (null: nothing watched yet)."""

    from_: Day = Field(alias="from")
    to: Day
    group_by: UptimeGroup
    as_of: Instant | None
    items: list[UptimeRow]
    next: None
    totals: UptimeFigures
