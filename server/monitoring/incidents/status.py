"""A screen's state for operators: from its last heartbeat, its hours, and now.

| state | when |
| --- | --- |
| `retired` | taken out of use, or its credentials are void |
| `never_seen` | no heartbeat yet |
| `off_hours` | off duty now |
| `flapping` | its link changed too often lately (`flapping.py`) |
| `online`, `impaired` | a heartbeat within two and a half intervals (75 s); by its kind |
| `late` | 75 s without a heartbeat, the grace not yet over (90 s for fixed screens) |
| `out_of_coverage` | the same for a vehicle, whose grace is long (6 h) |
| `offline` | the grace is over, within operating hours |
| `excused` | `late`, `offline`, `impaired` or `flapping` during an exclusion |

All instants are whole seconds since 1970 UTC; spans are half-open.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from playlists.windows import Span, union

State = Literal[
    "online",
    "late",
    "offline",
    "out_of_coverage",
    "off_hours",
    "impaired",
    "flapping",
    "excused",
    "never_seen",
    "retired",
]
STATES: Final[tuple[State, ...]] = get_args(State)

INTERVAL_S: Final = 30
LATE_S: Final = 75
"""Two and a half heartbeat intervals, s."""
LONG_GRACE_S: Final = 3600
"""Graces from here on (s) are those of vehicles, which may be out of coverage."""
FINE, IMPAIRED, RESTING = 0, 1, 2
"""Kinds of heartbeats: fine; impaired; reported off hours, pairing or preparing."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A screen's last heartbeat (None: never), its kind, and its grace."""

    last_s: int | None
    kind: int = FINE
    grace_s: int = 90
    retired: bool = False


def state_of(
    heard: Heard,
    operating: Sequence[Span],
    excused: Sequence[Span],
    now_s: int,
    *,
    flapping: bool = False,
) -> State:
    """The state at an instant, ignoring outages of the server."""
    if heard.retired:
        return "retired"
    if heard.last_s is None:
        return "never_seen"
    if not holds(operating, now_s):
        return "off_hours"
    found: State = "flapping" if flapping else contact_state(heard, now_s)
    well = found in ("online", "out_of_coverage")
    return "excused" if not well and holds(excused, now_s) else found


def contact_state(heard: Heard, now_s: int) -> State:
    """The state of a screen on duty by its last heartbeat alone."""
    age_s = now_s - (heard.last_s if heard.last_s is not None else now_s - heard.grace_s)
    if age_s >= heard.grace_s:
        return "offline"
    if age_s < LATE_S:
        return "impaired" if heard.kind == IMPAIRED else "online"
    return "out_of_coverage" if is_vehicle(heard.grace_s) else "late"


def is_vehicle(grace_s: int) -> bool:
    """Whether a grace is long enough for tunnels and depots."""
    return grace_s >= LONG_GRACE_S


def holds(spans: Sequence[Span], at_s: int) -> bool:
    """Whether an instant is in one of some half-open spans."""
    return any(low <= at_s < high for low, high in spans)


def stretch(spans: Iterable[Span], at_s: int) -> Span | None:
    """The union of spans around an instant; they may overlap or touch. None without one."""
    return next((one for one in union(spans) if one[0] <= at_s < one[1]), None)
