"""The table of exports that people ordered."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.db.columns import ConfigBase, Instant, Key, Number


class PlayExport(ConfigBase):
    """A file of plays, for the person who ordered it, kept for a few days.

    `state` is `queued` (also while it is made: the job says how far), `ready` or `failed` with a
    reason. `first` and `last` are the district's days, both inclusive; without `screen_id` all
    that is in the person's scope when it is made, which `screens` then lists: times (from and
    until, ms) with the numbers of their screens. `rows` and `bytes` are those of the file,
    `expected` the plays that were there when it was ordered.
    """

    __tablename__ = "play_exports"
    __table_args__ = (
        Index("ix_play_exports_user_id_id", "user_id", "id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    screen_id: Mapped[int | None] = mapped_column(Number)
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)
    form: Mapped[str] = mapped_column(String(6))
    language: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(6))
    reason_zh: Mapped[str | None] = mapped_column(Text)
    reason_en: Mapped[str | None] = mapped_column(Text)
    expected: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int | None] = mapped_column(BigInteger)
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    screens: Mapped[list[Any]]
    created_at: Mapped[Instant]
    finished_at: Mapped[int | None] = mapped_column(BigInteger)
