"""Access to last contacts, which the process with the sockets provides, for lists."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final, Protocol, cast

from flask import current_app

from server.foundation.core import Core
from server.foundation.rest.flask_extensions import core
from server.inventory.screens.finding.filters import BY_CONTACT
from server.inventory.screens.models import Screen
from server.inventory.screens.status import LastContact

CONTACTS: Final = "anping.contacts"
"""The app's extension key of its Contacts."""


class Contacts(Protocol):
    """Contact with players, provided by the gateway."""

    def by_state(self, core: Core) -> Mapping[str, Collection[int]]:
        """The screens that are `online`, `late` and `dark` (on duty without contact)."""

    def last_ms(self, core: Core, screens: Collection[int]) -> Mapping[int, int]:
        """Last contact (ms) of each of at most 1,000 screens; those without any are left out."""

    def of(self, screen_id: int) -> LastContact | None:
        """The last contact with a screen's player in this process."""


def contacts_by_state(state: str | None) -> Mapping[str, Collection[int]]:
    """Screens by contact state; empty if the filtered state follows from the tables."""
    return _contacts().by_state(core()) if state in BY_CONTACT else {}


def last_contact_ms(screens: Iterable[Screen]) -> Mapping[int, int]:
    """Last contact (ms) of those with a player, in any process."""
    return _contacts().last_ms(core(), [one.id for one in screens if one.enrolled_at is not None])


def contact(screen_id: int) -> LastContact | None:
    """The last contact with a screen's player in this process."""
    return _contacts().of(screen_id)


def _contacts() -> Contacts:
    return cast("Contacts", current_app.extensions[CONTACTS])
