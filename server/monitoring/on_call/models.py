"""The table of the on-call roster."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.accounts.models import Unit, User
from server.foundation.db.columns import ConfigBase, Instant, Key


class DutyShift(ConfigBase):
    """A person's duty for a unit and those below: each week on `days`, or on one `day`.

    `days` are ISO weekdays, 1 is Monday. `begins` and `ends` are wall-clock times of the district;
    an end that isn't after its start is on the next day. A unit's shifts on a `day` replace its
    weekly ones that begin on that date.
    """

    __tablename__ = "duty_shifts"
    __table_args__ = (
        CheckConstraint("begins <> ends", name="lasts"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    days: Mapped[list[Any]]
    day: Mapped[date | None]
    begins: Mapped[str] = mapped_column(String(5))
    ends: Mapped[str] = mapped_column(String(5))
    created_at: Mapped[Instant]
    unit: Mapped[Unit] = relationship(lazy="joined")
    user: Mapped[User] = relationship(lazy="joined")
