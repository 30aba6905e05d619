"""Events of venues, published after commit for rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class VenueChanged:
    """A venue was created or changed: its screens' content may change."""

    venue_id: int


@dataclass(frozen=True)
class VenuesChanged:
    """Many venues were changed at once; new ones have no screens in service yet."""

    venue_ids: tuple[int, ...]
