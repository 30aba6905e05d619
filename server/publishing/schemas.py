"""The answers of `/screens/{id}/manifest`, `/seat` and `/explain`, and the player's assignment."""

from typing import Any, Literal

from server.foundation.rest.responses import Answered, Sha256


class Newest(Answered):
    """The version and manifest of the screen's newest assignment; null before the first."""

    version: int | None
    digest: Sha256 | None


class Place(Answered):
    """The content due on the screen; `at` in ms since 1970 UTC. Each state has its own fields."""

    at: int
    state: Literal["playing", "off", "fallback"]
    segment: int | None = None
    cycle: int | None = None
    slot: int | None = None
    offset_ms: int | None = None
    asset: str | None = None
    campaign: str | None = None
    held: bool = False


class Seat(Place):
    """The seat, its manifest, the takeover over it, and the picture's name."""

    manifest: str
    takeover: dict[str, Any] | None
    asset_name: str | None
    sentence: str


class Why(Answered):
    """One campaign at that instant: on, waiting, given way, or why it doesn't run."""

    campaign: str
    state: str
    tier: int
    target: str
    starts_on: str | None
    ends_on: str | None
    plays_per_hour: float
    next_start: int | None
    asked_per_hour: float | None = None
    boost: float | None = None


class Explained(Answered):
    """The content, and the reasons for and against each campaign."""

    seat: Place
    open: bool
    campaigns: list[Why]
    manifest: str
    takeover: dict[str, Any] | None
    asset_name: str | None
    sentence: str


class Assignment(Answered):
    """The signed order of a screen: docs/protocol.md, part 2."""

    assignment: str
    kid: str
    signature: str
