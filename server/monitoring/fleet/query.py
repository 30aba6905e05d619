"""What is asked of the fleet."""

from dataclasses import dataclass
from typing import Literal

from server.monitoring.fleet.status import State

By = Literal["line", "unit"]


@dataclass(frozen=True)
class FleetQuery:
    """Days (ordinals) and what is looked at; None is no limit.

    By line only vehicles are shown, by unit all venues. A screen counts with the days on which it
    stood on the line or in the unit, at the venue if one was asked for; if a screen was, with all
    its days that the person may see. `gone`: also those that stood there and do no more, or are
    retired.
    """

    days: range
    by: By = "line"
    units: frozenset[int] | None = None
    line: int | None = None
    depot: str | None = None
    kind: str | None = None
    state: State | None = None
    venue: int | None = None
    screen: int | None = None
    gone: bool = False
