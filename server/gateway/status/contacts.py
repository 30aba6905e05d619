"""Contact with players, for lists of screens."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from server.foundation.core import Core
from server.gateway.connection.state import Live
from server.gateway.status.contact import standings
from server.gateway.status.last_contact import last_heard
from server.inventory.screens.status import LastContact


@dataclass(frozen=True)
class LiveContacts:
    """See `server.inventory.screens.contact.Contacts`."""

    live: Live

    def by_state(self, core: Core) -> Mapping[str, Collection[int]]:
        """The screens by contact state."""
        found = standings(core, self.live)
        return {"online": found.online, "late": found.late, "dark": found.dark}

    def last_ms(self, core: Core, screens: Collection[int]) -> Mapping[int, int]:
        """Last contact (ms) of each, with this process or an earlier one."""
        return last_heard(core, self.live, screens)

    def of(self, screen_id: int) -> LastContact | None:
        """This process's last contact with a player."""
        heard = self.live.presence.contact(screen_id)
        return LastContact(heard.at_ms, heard.beat.version) if heard is not None else None
