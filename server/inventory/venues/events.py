"""What happened to venues, told after commit to the features above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class VenueChanged:
    """A venue was made or changed: what its screens play may change."""

    venue_id: int


@dataclass(frozen=True)
class VenuesChanged:
    """Many venues were changed in one go; new ones have no screens that play yet."""

    venue_ids: tuple[int, ...]
