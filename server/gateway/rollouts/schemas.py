"""Answers of `/player-releases`."""

from typing import Annotated, Literal

from server.foundation.rest.responses import Answered, Instant, PublicId, ScreenId


class RingProgress(Answered):
    """One ring: its intended size, and the progress of its screens.

    `waiting`: not their turn yet; `offline`: can't be updated now; `total`: their sum with
    `updated` and `failed`, null before the ring has begun.
    """

    percent: float
    screens: int
    tag: str
    soak_s: int
    healthy: int
    total: int | None
    updated: int
    waiting: int
    offline: int
    failed: int


class FailedScreen(Answered):
    """A screen that failed, with the reason."""

    screen_id: ScreenId
    name: str
    ring: int
    reason: Literal["not_taken", "silent", "went_back", "stalled", "troubles"]
    at: Instant


class Halt(Answered):
    """The reason of a halt: too many failures, or a person."""

    rule: Literal["failures", "person"]
    at: Instant
    ring: int
    screen_ids: list[str]
    user_id: str | None
    note: str
    text: str


class Release(Answered):
    """One release; `ring` counts from 0, null before the first has begun.

    `running`: the number of screens that last reported it.
    """

    id: Annotated[str, PublicId("player_release")]
    version: str
    state: Literal["registered", "rolling", "halted", "complete", "withdrawn"]
    live: bool
    running: int
    ring: int | None
    rings: list[RingProgress]
    grace_s: int
    listen_s: int
    failed: int
    failed_pct: float
    former: str | None
    halt: Halt | None
    failed_screens: list[FailedScreen]
    registered_at: Instant
    started_at: Instant | None
    completed_at: Instant | None
