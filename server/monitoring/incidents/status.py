"""Inputs of alarms: a screen's last heartbeat, and its operating hours.

All instants are whole seconds since 1970 UTC; spans are half-open.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from playlists.windows import Span, union

LONG_GRACE_S: Final = 3600
"""Graces from here on (s) are those of vehicles, which may be out of coverage."""


@dataclass(frozen=True, slots=True)
class LastHeartbeat:
    """A screen's last heartbeat (None: never), and its grace."""

    last_s: int | None
    grace_s: int = 90
    retired: bool = False


def is_vehicle(grace_s: int) -> bool:
    """Whether a grace is long enough for tunnels and depots."""
    return grace_s >= LONG_GRACE_S


def holds(spans: Sequence[Span], at_s: int) -> bool:
    """Whether an instant is in one of some half-open spans."""
    return any(low <= at_s < high for low, high in spans)


def stretch(spans: Iterable[Span], at_s: int) -> Span | None:
    """The union of spans around an instant; they may overlap or touch. None without one."""
    return next((one for one in union(spans) if one[0] <= at_s < one[1]), None)
