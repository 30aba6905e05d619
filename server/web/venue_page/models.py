"""The table of tries at the PINs of venues."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.foundation.db.columns import ConfigBase, Instant, Number


class PinLock(ConfigBase):
    """Tries at a venue's PIN that were wrong, or aren't judged yet, since an instant.

    `mark` is of the PIN that was tried: at another one nothing was tried yet. `level` is how often
    it was locked lately: each lock is twice as long as the one before.
    """

    __tablename__ = "pin_locks"
    __table_args__ = ()
    venue_id: Mapped[int] = mapped_column(
        Number, ForeignKey("venues.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    mark: Mapped[str] = mapped_column(String(16))
    tries: Mapped[int]
    since: Mapped[Instant]
    level: Mapped[int]
    locked_until: Mapped[Instant]
