"""Tables of spot checks, of their pictures, and of how many are drawn."""

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.campaigns.models import LaterInstant
from server.foundation.db.columns import ConfigBase, Instant, Key, Number


class SpotCheck(ConfigBase):
    """One check of one screen.

    `why` is `random` (the server's own draw), `sample` (so many at once, when a person asked) or
    `by_hand` (this screen, now). `frame_unit_id` is the unit over whose screens on air the draw was
    even, the topmost one for all; without one the check is in no statistic. Venue, unit and
    territory are those of the moment: a check stays where it was drawn. `kind` is `screenshot` or
    `photo`; `state` is `asked`, `answered`, `no_answer` or `offline`; a check still `asked` after
    `due_at` got no answer. `late`: a photo that came after it. `hint` is the likeness of a
    screenshot (`matches`, `differs`, `not_comparable`), `facts` the content that belonged on the
    screen, `verdict` a person's (`good`, `bad`, `unclear`).
    """

    __tablename__ = "spot_checks"
    __table_args__ = (
        Index("ix_spot_checks_state_due_at", "state", "due_at"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Key]
    screen_id: Mapped[int] = mapped_column(ForeignKey("screens.id"), index=True)
    # Never empty: SQLite can't add a NOT NULL column while pictures refer to the rows.
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"), nullable=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), nullable=True)
    territory_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    why: Mapped[str] = mapped_column(String(8))
    frame_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[Instant] = mapped_column(index=True)
    due_at: Mapped[Instant]
    answered_at: Mapped[LaterInstant]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    late: Mapped[bool] = mapped_column(default=False)
    error: Mapped[str | None] = mapped_column(String(200))
    hint: Mapped[str | None] = mapped_column(String(16))
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    verdict: Mapped[str | None] = mapped_column(String(7))
    judged_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    judged_at: Mapped[LaterInstant]
    note: Mapped[str] = mapped_column(Text, default="")


class SpotPicture(ConfigBase):
    """A JPEG of at most 300,000 bytes: `shown` on the screen, or `meant` to be."""

    __tablename__ = "spot_pictures"
    __table_args__ = ()
    check_id: Mapped[int] = mapped_column(
        Number,
        ForeignKey("spot_checks.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    kind: Mapped[str] = mapped_column(String(5), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class SpotPlan(ConfigBase):
    """The plan of draws; one row at most.

    `per_day` and `photos_per_day` are what comes on the average of days when all screens are on
    air. `open_ms` is the time in which today's screens are open, added up over all of them; None
    until it was worked out.
    """

    __tablename__ = "spot_plan"
    __table_args__ = ()
    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    per_day: Mapped[int]
    photos_per_day: Mapped[int]
    photo_minutes: Mapped[int]
    keep_days: Mapped[int]
    open_ms: Mapped[int | None] = mapped_column(BigInteger)
