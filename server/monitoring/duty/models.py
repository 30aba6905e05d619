"""Tables of daily rosters and of planned maintenance."""

from datetime import date
from typing import Any

from sqlalchemy import Date, ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from server.campaigns.models import LaterInstant
from server.foundation.db.columns import ConfigBase, Instant, Key, Number


class RosterDay(ConfigBase):
    """A line's roster of a day; vehicles of the line that are not in it don't run."""

    __tablename__ = "roster_days"
    __table_args__ = ()
    line_id: Mapped[int] = mapped_column(
        ForeignKey("lines.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    changed_at: Mapped[Instant]


class RosteredVehicle(ConfigBase):
    """A vehicle's service on a line's day: pairs of wall-clock times."""

    __tablename__ = "rostered_vehicles"
    __table_args__ = (
        ForeignKeyConstraint(
            ["line_id", "day"], ["roster_days.line_id", "roster_days.day"], ondelete="CASCADE"
        ),
    )
    line_id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    venue_id: Mapped[int] = mapped_column(
        ForeignKey("venues.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    services: Mapped[list[Any]]


class Maintenance(ConfigBase):
    """Planned work [from, until) on some screens; `ended_at` if it was cancelled or cut short."""

    __tablename__ = "maintenance"
    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    from_at: Mapped[Instant]
    until_at: Mapped[Instant]
    reason: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[Instant]
    ended_at: Mapped[LaterInstant]


class MaintainedScreen(ConfigBase):
    """A screen of planned maintenance, fixed at the time of planning."""

    __tablename__ = "maintained_screens"
    __table_args__ = ()
    maintenance_id: Mapped[int] = mapped_column(
        ForeignKey("maintenance.id", ondelete="CASCADE"), primary_key=True
    )
    screen_id: Mapped[int] = mapped_column(
        ForeignKey("screens.id", ondelete="CASCADE"), primary_key=True, index=True
    )
