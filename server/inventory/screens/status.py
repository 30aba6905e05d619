"""The state of a screen in lists: from its record, its pauses and its last contact."""

from dataclasses import dataclass
from typing import Final, Protocol

from server.inventory.screens.models import Screen

# Heartbeats come every 30 s: late after two and a half, offline after the grace.
LATE_S: Final = 75
LATE_AFTER_MS: Final = 1000 * LATE_S
OFFLINE_AFTER_S: Final = 90
OFFLINE_AFTER_MS: Final = 1000 * OFFLINE_AFTER_S


class Dated(Protocol):
    """An object with the time of a contact."""

    @property
    def at_ms(self) -> int:
        """ms since 1970 UTC."""


@dataclass(frozen=True)
class LastContact:
    """The last contact with a player, and the version that it reported."""

    at_ms: int
    version: int | None = None


def state_of(screen: Screen, contact: LastContact | None, now_ms: int, *, paused: bool) -> str:
    """`retired`, `revoked`, `never_seen`, `paused`, or its freshness."""
    if screen.retired_at is not None:
        return "retired"
    if screen.revoked_at is not None:
        return "revoked"
    if screen.enrolled_at is None:
        return "never_seen"
    if paused:
        return "paused"
    return freshness(contact, now_ms)


def freshness(contact: Dated | None, now_ms: int) -> str:
    """`online`, `late` or `offline`."""
    age_ms = now_ms - contact.at_ms if contact is not None else OFFLINE_AFTER_MS
    if age_ms < LATE_AFTER_MS:
        return "online"
    return "late" if age_ms < OFFLINE_AFTER_MS else "offline"
