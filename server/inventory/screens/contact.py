"""When screens were heard last: whoever holds the sockets knows it, and lends it to lists here."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final, Protocol, cast

from flask import current_app

from server.foundation.core import Core
from server.foundation.rest.flask_extensions import core
from server.inventory.screens.filters import BY_CONTACT
from server.inventory.screens.models import Screen
from server.inventory.screens.status import LastContact

CONTACTS: Final = "anping.contacts"
"""Under this name the app keeps its Contacts."""


class Contacts(Protocol):
    """What the live side of the server knows of the contact with players."""

    def by_state(self, core: Core) -> Mapping[str, Collection[int]]:
        """The screens that are `online`, `late` and `dark` (silent, though they are to run)."""
        ...

    def last_ms(self, core: Core, screens: Collection[int]) -> Mapping[int, int]:
        """When each of at most 1,000 was heard last (ms); those that never were are left out."""
        ...

    def of(self, screen_id: int) -> LastContact | None:
        """When a screen's player was last heard, as far as this process knows."""
        ...


def heard_lately(state: str | None) -> Mapping[str, Collection[int]]:
    """The screens in each state of contact; none if the wished state follows from the tables."""
    return _contacts().by_state(core()) if state in BY_CONTACT else {}


def heard_last(screens: Iterable[Screen]) -> Mapping[int, int]:
    """When those that have a player were heard last (ms), whoever heard them."""
    return _contacts().last_ms(core(), [one.id for one in screens if one.enrolled_at is not None])


def contact(screen_id: int) -> LastContact | None:
    """When a screen's player was last heard, as far as this process knows."""
    return _contacts().of(screen_id)


def _contacts() -> Contacts:
    return cast("Contacts", current_app.extensions[CONTACTS])
