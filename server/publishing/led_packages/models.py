"""The table of packs for LED controllers that people ordered."""

from typing import Final

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.foundation.db.columns import ConfigBase
from server.foundation.jobs.file_orders import MadeFiles, OrderedFile


class LedPack(OrderedFile, ConfigBase):
    """A zip with a campaign's assets, or with all that is live for a venue, for one panel.

    `width` and `height` are the panel's pixels, `pictures` the form of its pictures. `files`
    are the zip's. `address` is where people reached the server, for the way back in the list.
    """

    __tablename__ = "led_packs"
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
    files: Mapped[int | None]


PACKS: Final = MadeFiles(
    LedPack, "led_pack", "make_led_pack", folder="led-packs", suffix=lambda _: "zip"
)
