"""Events of campaigns and takeovers, published after commit for rooms above."""

from dataclasses import dataclass

from server.inventory.screens.facts import ScreenFacts


@dataclass(frozen=True)
class CampaignsChanged:
    """The orders of some screens have changed; `screen_ids` None means possibly all of them."""

    reason: str
    screen_ids: tuple[int, ...] | None = None


@dataclass(frozen=True)
class TakeoversChanged:
    """A takeover or stop began or ended on these screens, which were just looked up."""

    screens: tuple[ScreenFacts, ...]


@dataclass(frozen=True)
class ApprovalWaits:
    """A takeover or an urgent campaign (by its public id) waits for a second person, in a hurry."""

    object_id: str
