"""The result of an import, published to rooms above once, not for each row."""

from dataclasses import dataclass

from server.foundation.core import Core
from server.inventory.screens.events import ScreensWritten
from server.inventory.venues.events import VenuesChanged


@dataclass
class Written:
    """Row numbers of written objects; changes of contact data don't count as venue changes here."""

    venues_changed: tuple[int, ...] = ()
    screens_added: tuple[int, ...] = ()
    screens_changed: tuple[int, ...] = ()

    def publish(self, core: Core) -> None:
        """Publish the events; call after commit."""
        if self.venues_changed:
            core.events.publish(VenuesChanged(self.venues_changed))
        if self.screens_added or self.screens_changed:
            core.events.publish(ScreensWritten(self.screens_added, self.screens_changed))
