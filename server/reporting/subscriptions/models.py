"""Tables of scheduled reports and their files."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.foundation.db.columns import ConfigBase, Instant, Key


class ReportSchedule(ConfigBase):
    """A person's schedule of a delivery report.

    `kind` is `daily`, `weekly` or `monthly`; it is made at `hour` of the day after the period.
    `filters` are those of the report by name. `next_first` is the first day of the period that is
    made next.
    """

    __tablename__ = "report_schedules"
    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str] = mapped_column(String(7))
    hour: Mapped[int]
    group_by: Mapped[str] = mapped_column(String(10))
    filters: Mapped[dict[str, Any]]
    language: Mapped[str] = mapped_column(String(10))
    active: Mapped[bool] = mapped_column(default=True)
    next_first: Mapped[date] = mapped_column(Date)
    created_at: Mapped[Instant]


class ReportFile(ConfigBase):
    """The report of one period: one row however often the work begins.

    `state` is `waiting`, `made`, `failed` (it broke off) or `refused` (the person may not see it
    any more), the last two with a reason. Kind, grouping and filters are those of its time;
    `scope` is what the person saw then, as `units` (with all below) or `venues` by number.
    """

    __tablename__ = "report_files"
    __table_args__ = (
        UniqueConstraint("schedule_id", "kind", "first"),
        Index("ix_report_files_schedule_id_id", "schedule_id", "id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Key]
    schedule_id: Mapped[int] = mapped_column(ForeignKey("report_schedules.id"))
    kind: Mapped[str] = mapped_column(String(7))
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)
    group_by: Mapped[str] = mapped_column(String(10))
    filters: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(7))
    reason_zh: Mapped[str | None] = mapped_column(Text)
    reason_en: Mapped[str | None] = mapped_column(Text)
    scope: Mapped[dict[str, Any]]
    digest: Mapped[str | None] = mapped_column(String(64))
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[Instant]
    finished_at: Mapped[int | None] = mapped_column(BigInteger)
