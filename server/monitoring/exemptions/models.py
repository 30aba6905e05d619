"""Tables of exemptions and of their screens."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.campaigns.models import LaterInstant
from server.foundation.db.columns import ConfigBase, Instant, Key


class Exemption(ConfigBase):
    """[from, until) in which plays of some screens are excused once a second person approves.

    `state` is `submitted`, `approved`, `rejected` or `withdrawn`.
    """

    __tablename__ = "exemptions"
    __table_args__ = (
        CheckConstraint("from_at < until_at", name="lasts"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    state: Mapped[str] = mapped_column(String(10), index=True)
    selector: Mapped[dict[str, Any]]
    reach: Mapped[list[Any]]
    from_at: Mapped[Instant]
    until_at: Mapped[Instant]
    code: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text)
    file: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[Instant]
    decided_at: Mapped[LaterInstant]


class ExemptedScreen(ConfigBase):
    """A screen's stay at a place selected by an exemption, in [from_at, until_at).

    Written at the request, so that those in charge of the screen can read it, and again at the
    approval, which is binding. `venue_id` and `unit_id` are the place at that time and may be
    deleted since.
    """

    __tablename__ = "exempted_screens"
    __table_args__ = ()
    exemption_id: Mapped[int] = mapped_column(
        ForeignKey("exemptions.id", ondelete="CASCADE"), primary_key=True
    )
    screen_id: Mapped[int] = mapped_column(
        ForeignKey("screens.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    from_at: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    until_at: Mapped[Instant]
    venue_id: Mapped[int] = mapped_column(BigInteger, index=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
