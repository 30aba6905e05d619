"""Chooses places of the demo district for its story."""

from dataclasses import dataclass

from server.operations.demo.founding import Office
from server.operations.demo.layout import VEHICLES, Layout


@dataclass(frozen=True)
class Picked:
    """Public ids in the order of the plan; deterministic."""

    office: Office
    layout: Layout

    def venues(self, *, access: str) -> list[str]:
        """Venues with this participation."""
        return [
            self.office.venues[place]
            for place, venue in enumerate(self.layout.venues)
            if venue.access == access
        ]

    def screens(self, *, moving: bool = False) -> list[str]:
        """Screens in vehicles, or fixed ones."""
        return [
            self.office.screens[place]
            for place, screen in enumerate(self.layout.screens)
            if (self.layout.venues[screen.venue].kind in VEHICLES) is moving
        ]

    def venue_of(self, screen: str) -> str:
        """The venue of a screen."""
        place = self.office.screens.index(screen)
        return self.office.venues[self.layout.screens[place].venue]
