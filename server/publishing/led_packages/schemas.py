"""The answers of `/led-packs`."""

from typing import Literal

from server.foundation.rest.responses import Answered, Instant


class LedPack(Answered):
    """A pack; `progress` from 0 to 1, `files` and `bytes` once it is ready, else `reason`."""

    id: str
    campaign_id: str | None
    venue_id: str | None
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
