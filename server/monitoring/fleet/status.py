"""A screen's current state, from its last contact, its hours and server outages. Pure."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from server.inventory.screens.status import LATE_S, OFFLINE_AFTER_S
from server.monitoring.heartbeats.classifier import Kind

State = Literal[
    "offline",
    "never_seen",
    "impaired",
    "out_of_coverage",
    "late",
    "unknown",
    "online",
    "excused",
    "off_hours",
]
STATES: Final[tuple[State, ...]] = get_args(State)
"""Worst first."""
DARK: Final[frozenset[State]] = frozenset({"offline", "never_seen", "out_of_coverage"})


@dataclass(frozen=True, slots=True)
class Now:
    """Input of a screen's state; instants in whole seconds.

    `last_s`: its last heartbeat, None without any; `kind`: that heartbeat's kind. `back_s`: the
    server's last start; `away_s`: the begin of the outage before it.
    """

    now_s: int
    back_s: int
    grace_s: int
    operating: bool
    excused: bool
    moves: bool
    last_s: int | None = None
    kind: int = 0
    away_s: int = 0


def state_of(seen: Now) -> State:
    """The state; off hours, exclusions and server outages are not held against the screen."""
    if not seen.operating:
        return "off_hours"
    if seen.excused:
        return "excused"
    if seen.last_s is None:
        return "never_seen"
    if seen.now_s - seen.last_s < LATE_S:
        return "impaired" if seen.kind == Kind.IMPAIRED else "online"
    return _silent(seen, seen.last_s)


def _silent(seen: Now, last_s: int) -> State:
    if seen.now_s - last_s < OFFLINE_AFTER_S:
        return "late"
    if seen.now_s - last_s < seen.grace_s:
        return "out_of_coverage" if seen.moves else "late"
    # After a server start every screen has one grace, unless it was silent before the outage.
    had_contact = last_s + seen.grace_s > seen.away_s
    if had_contact and last_s < seen.back_s and seen.now_s - seen.back_s < seen.grace_s:
        return "unknown"
    return "offline"
