"""Tables of exemptions and of the screens that they are for."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.campaigns.models import LaterInstant
from server.db.columns import ConfigBase, Instant, Key


class Exemption(ConfigBase):
    """[from, until) in which the plays of some screens are excused once a second person agrees.

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
    """A screen of an exemption, fixed when it was approved: what was signed is what counts."""

    __tablename__ = "exempted_screens"
    __table_args__ = ()
    exemption_id: Mapped[int] = mapped_column(
        ForeignKey("exemptions.id", ondelete="CASCADE"), primary_key=True
    )
    screen_id: Mapped[int] = mapped_column(
        ForeignKey("screens.id", ondelete="CASCADE"), primary_key=True, index=True
    )
