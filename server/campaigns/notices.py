"""What happened to campaigns and takeovers, told after commit to the features above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CampaignsChanged:
    """What some screens should play has changed; `screen_ids` None means maybe all of them."""

    reason: str
    screen_ids: tuple[int, ...] | None = None


@dataclass(frozen=True)
class TakeoversChanged:
    """A takeover or stop began or ended on these screens."""

    screen_ids: tuple[int, ...]
