"""Last contact of screens, with this process or an earlier one."""

from collections.abc import Collection, Mapping

from server.foundation.core import Core
from server.gateway.connection.state import Live
from server.monitoring.fleet.queries import KINDS, last_contacts
from server.playlog.store.snapshot import snapshot


def last_contact_ms(core: Core, live: Live, screens: Collection[int]) -> Mapping[int, int]:
    """By screen (at most 1,000) the last contact (ms); screens without any are left out.

    Memory begins with the process: screens silent since then are read from the store in one query.
    """
    contacts = ((screen, live.presence.contact(screen)) for screen in screens)
    found = {screen: contact.at_ms for screen, contact in contacts if contact is not None}
    silent = set(screens) - found.keys()
    if silent:
        with snapshot(core.plays) as tx:
            before = last_contacts(tx, silent, core.clock.now_ms() // 1000)
        found |= {one: at // KINDS * 1000 for one, at in before.items() if at is not None}
    return found
