"""An office's orders for a screen: assets, hours, targets."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from playlists.demand.request import USUAL_TIER
from playlists.windows import DayPart

TARGET_KINDS = frozenset(
    {
        "plays_per_day",
        "plays_per_hour",
        "share_of_voice",
        "longest_wait_s",
        "total_plays",
        "pace",
        "filler",
    }
)


@dataclass(frozen=True, slots=True)
class OrderAsset:
    """A rendition by its digest; an image's duration is its time on screen."""

    digest: str
    duration_ms: int
    kind: str = "image"


@dataclass(frozen=True, slots=True)
class Target:
    """The target, for one screen and the campaign as a whole; filler has no value.

    A share of voice is a fraction of the loop, a longest wait is in seconds. A total is planned by
    its "pace": plays per hour on average, which may be a fraction or nothing for now.
    """

    kind: str
    value: int | float | Fraction | None = None


@dataclass(frozen=True, slots=True)
class Boost:
    """Multiplies what a campaign wants in [from_ms, until_ms)."""

    factor: float
    from_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class CampaignOrder:
    """A campaign as one screen sees it; its plays take turns through `assets` in order.

    Dates are whole days in the venue's zone, both inclusive, None for open; no day parts means
    all opening hours; `floor` is in plays per hour. A starter order is shown only while there is
    nothing else.
    """

    id: str
    assets: tuple[OrderAsset, ...]
    target: Target
    starts_on: date | None = None
    ends_on: date | None = None
    dayparts: tuple[DayPart, ...] = ()
    floor: float = 0
    tier: int = USUAL_TIER
    min_gap_s: float | None = None
    boosts: tuple[Boost, ...] = ()
    starter: bool = False

    @property
    def is_filler(self) -> bool:
        """Whether it fills the rest instead of asking for plays."""
        return self.starter or self.target.kind == "filler"
