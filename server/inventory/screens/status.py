"""The state of a screen as lists show it: from its record, its pauses and its last contact."""

from dataclasses import dataclass
from typing import Final, Protocol

from server.inventory.screens.models import Screen

# Beats come every 30 s: late after two and a half of them, offline when the grace has passed.
LATE_AFTER_MS: Final = 75_000
OFFLINE_AFTER_MS: Final = 90_000

# Only the server's memory knows these; the others follow from the tables.
HEARD: Final = ("online", "late", "offline")


class Dated(Protocol):
    """Whatever says when a player was heard."""

    @property
    def at_ms(self) -> int:
        """ms since 1970 UTC."""
        ...


@dataclass(frozen=True)
class LastContact:
    """When a player was last heard, and the version that it said it had."""

    at_ms: int
    version: int | None = None


def state_of(screen: Screen, contact: LastContact | None, now_ms: int, *, paused: bool) -> str:
    """`retired`, `revoked`, `never_seen`, `paused`, or one of HEARD."""
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
    """One of HEARD."""
    age_ms = now_ms - contact.at_ms if contact is not None else OFFLINE_AFTER_MS
    if age_ms < LATE_AFTER_MS:
        return "online"
    return "late" if age_ms < OFFLINE_AFTER_MS else "offline"
