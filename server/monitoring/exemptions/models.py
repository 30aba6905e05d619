"""Tables of exemptions and of the screens that they are for."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.campaigns.models import LaterInstant
from server.foundation.db.columns import ConfigBase, Instant, Key


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
    """A screen stood where an exemption selects it, in [from_at, until_at) of its time.

    Written when it is asked for, so that those in charge of the screen read it, and anew when it
    is approved: what was signed is what counts. `venue_id` and `unit_id` are the place of then,
    which may be gone by now.
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
