"""The answers of `/led-packs`."""

from typing import Annotated, Literal

from server.foundation.rest.responses import Answered, CampaignId, Instant, PublicId, VenueId


class LedPack(Answered):
    """A pack; `progress` from 0 to 1, `files` and `bytes` once it is ready, else `reason`."""

    id: Annotated[str, PublicId("led_pack")]
    campaign_id: CampaignId | None
    venue_id: VenueId | None
    width: int
    height: int
    pictures: Literal["jpg", "png", "bmp"]
    state: Literal["queued", "ready", "failed"]
    progress: float
    reason: str | None
    files: int | None
    bytes: int | None
    file: str | None
    created_at: Instant
    finished_at: Instant | None
    expires_at: Instant | None
