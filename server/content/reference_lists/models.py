"""The table of lists that differ from the delivered ones."""

from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.foundation.db.columns import ConfigBase, Instant


class ReferenceList(ConfigBase):
    """A list by its name (`scams`, `tools`, `keywords`): its items as objects, in order."""

    __tablename__ = "reference_lists"
    __table_args__ = ()
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    items: Mapped[list[Any]]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    changed_at: Mapped[Instant]
