"""What happened to venues, told after commit to the features above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class VenueChanged:
    """A venue was made or changed: what its screens play may change."""

    venue_id: int
