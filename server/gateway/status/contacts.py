"""Contact with players, for lists of screens."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from server.foundation.core import Core
from server.gateway.connection.state import Live
from server.gateway.status.contact import contact_states
from server.gateway.status.last_contact import last_contact_ms
from server.inventory.screens.status import LastContact


@dataclass(frozen=True)
class LiveContacts:
    """See `server.inventory.screens.contact.Contacts`."""

    live: Live

    def by_state(self, core: Core) -> Mapping[str, Collection[int]]:
        """The screens by contact state."""
        found = contact_states(core, self.live)
        return {"online": found.online, "late": found.late, "dark": found.dark}

    def last_ms(self, core: Core, screens: Collection[int]) -> Mapping[int, int]:
        """Last contact (ms) of each, with this process or an earlier one."""
        return last_contact_ms(core, self.live, screens)

    def of(self, screen_id: int) -> LastContact | None:
        """This process's last contact with a player."""
        contact = self.live.presence.contact(screen_id)
        return LastContact(contact.at_ms, contact.beat.version) if contact is not None else None
