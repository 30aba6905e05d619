"""The table of exports that people ordered."""

from datetime import date
from typing import Any, Final

from sqlalchemy import BigInteger, Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.foundation.db.columns import ConfigBase, Number
from server.foundation.jobs.file_orders import MadeFiles, OrderedFile


class PlayExport(OrderedFile, ConfigBase):
    """A file of plays, for the person who ordered it, kept for a few days.

    `first` and `last` are the district's days, both inclusive; without `screen_id` all
    that is in the person's scope when it is made, which `screens` then lists: times (from and
    until, ms) with the numbers of their screens. `rows` are those of the file, `expected`
    the plays that were there when it was ordered.
    """

    __tablename__ = "play_exports"
    __table_args__ = (
        Index("ix_play_exports_user_id_id", "user_id", "id"),
        {"sqlite_autoincrement": True},
    )
    screen_id: Mapped[int | None] = mapped_column(Number)
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)
    form: Mapped[str] = mapped_column(String(6))
    language: Mapped[str] = mapped_column(String(10))
    expected: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int | None] = mapped_column(BigInteger)
    screens: Mapped[list[Any]]


EXPORTS: Final = MadeFiles(
    PlayExport, "play_export", "make_export", folder="exports", suffix=lambda row: row.form
)
