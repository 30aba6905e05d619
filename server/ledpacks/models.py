"""The table of packs for LED controllers that people ordered."""

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.db.columns import ConfigBase, Instant, Key


class LedPack(ConfigBase):
    """A zip with a campaign's assets, or with all that is live for a venue, for one panel.

    `width` and `height` are the panel's pixels, `pictures` the form of its pictures. `state` is
    `queued` (also while it is made), `ready` or `failed` with a reason; `files` and `bytes` are
    the zip's. `address` is where people reached the server, for the way back in the list.
    """

    __tablename__ = "led_packs"
    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    campaign_id: Mapped[int | None] = mapped_column(
        ForeignKey("campaigns.id", ondelete="CASCADE"), index=True
    )
    venue_id: Mapped[int | None] = mapped_column(
        ForeignKey("venues.id", ondelete="CASCADE"), index=True
    )
    width: Mapped[int]
    height: Mapped[int]
    pictures: Mapped[str] = mapped_column(String(4))
    language: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(255))
    state: Mapped[str] = mapped_column(String(6))
    reason_zh: Mapped[str | None] = mapped_column(Text)
    reason_en: Mapped[str | None] = mapped_column(Text)
    files: Mapped[int | None]
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[Instant]
    finished_at: Mapped[int | None] = mapped_column(BigInteger)
