"""The table of deleted drafts that can be restored."""

from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.foundation.db.columns import ConfigBase, Instant, Key


class BinnedItem(ConfigBase):
    """A deleted draft: `object` is its public id, `rows` are copies of its rows in all tables.

    `files` are digests of files to keep as long as the item. `author_id` is the draft's author.
    """

    __tablename__ = "binned_items"
    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(12))
    object: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    rows: Mapped[list[Any]]
    files: Mapped[list[Any]]
    deleted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    deleted_at: Mapped[Instant] = mapped_column(index=True)
