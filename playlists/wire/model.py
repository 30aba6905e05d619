"""The nouns of a manifest: assets, slots, loops and segments; all times are integer ms."""

from collections.abc import Mapping
from dataclasses import dataclass

NO_CAMPAIGN = -1
"""A slot's campaign index when its play belongs to no campaign."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One rendition as a screen fetches it; `digest` is the SHA-256 of its bytes.

    `duration_ms` is None for images; `blocks` are the digests of each 4 MiB, maybe none.
    """

    digest: str
    kind: str
    type: str
    bytes: int
    width: int
    height: int
    duration_ms: int | None = None
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in a loop; `asset` and `campaign` are indices into the manifest's lists."""

    start_ms: int
    duration_ms: int
    asset: int
    campaign: int


@dataclass(frozen=True, slots=True)
class Loop:
    """A cycle of slots that cover [0, period_ms) without gaps."""

    period_ms: int
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch [from_ms, until_ms) of UTC with one loop; `loop` None is switched off.

    The loop's cycle 0 begins at `anchor_ms`, which may be before the segment.
    """

    from_ms: int
    until_ms: int
    loop: str | None
    anchor_ms: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """A plan with its media as one immutable value; segments are sorted and disjoint."""

    timezone: str
    assets: tuple[Asset, ...]
    campaigns: tuple[str, ...]
    loops: Mapping[str, Loop]
    segments: tuple[Segment, ...]
    fallback: int
    fit: str = "contain"
    sound: bool = False

    def campaign_id(self, slot: Slot) -> str | None:
        """The id of the campaign that a slot's play counts for, None if for none."""
        return None if slot.campaign == NO_CAMPAIGN else self.campaigns[slot.campaign]
