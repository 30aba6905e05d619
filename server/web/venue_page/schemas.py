"""The answers of phone pages' resources."""

from typing import Literal

from pydantic import Field

from server.foundation.rest.responses import Answered, Instant
from server.inventory.screens.schemas import Signed


class PageCode(Answered):
    """The code of a screen's page for people at the venue; `live` or `revoked`, or `none` for
    screens that have no page (buses, taxis, LED strips)."""

    screen_id: str
    state: Literal["live", "revoked", "none"]
    code: str | None
    address: str | None
    qr_svg: str | None


class OwnPage(Answered):
    """The page of the player's own screen, with its QR code; null if it has none. The statement of
    `signed` has `qr_svg` too.
    """

    address: str | None
    qr_svg: str | None
    signed: Signed


class Pause(Answered):
    """A declared pause: `by` is `contact` (without account, by the venue's PIN) or `user`."""

    id: int
    screen_id: str
    screen: str
    venue_id: str
    venue: str
    unit_id: str
    unit: str
    from_: Instant = Field(alias="from")
    until: Instant
    minutes: int
    by: Literal["contact", "user"]
    user_id: str | None
    user: str | None
    reason: str
