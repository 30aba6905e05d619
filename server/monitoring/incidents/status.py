"""The state of a screen for whoever looks after it: from its last beat, its hours, and now.

| state | when |
| --- | --- |
| `retired` | taken out of use, or its credentials are void |
| `never_seen` | no beat yet |
| `off_hours` | not meant to run now |
| `flapping` | its link came and went too often lately (`flapping.py`) |
| `online`, `impaired` | a beat within two and a half intervals (75 s); impaired if it said so |
| `late` | 75 s without a beat, the grace not yet passed (90 s for what stands still) |
| `out_of_coverage` | the same of a vehicle, whose grace is long (6 h) |
| `offline` | the grace has passed, within operating hours |
| `excused` | what would be `late`, `offline`, `impaired`, `flapping` but is excused now |

Everything in whole seconds since 1970 UTC. An instant is in [from, until).
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
"""Two and a half intervals without a beat."""
LONG_GRACE_S: Final = 3600
"""From here on a grace is that of a vehicle, which may be out of coverage."""
FINE, IMPAIRED, RESTING = 0, 1, 2
"""Kinds of beats: fine; impaired; off hours, pairing or preparing by its own word."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A screen's last beat (None: never), the kind of it, and for how long it counts."""

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
    """The state at an instant of a server that was there all the time: ours aren't its faults."""
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
    """What the last beat alone says of a screen that is meant to run."""
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
    """Whether an instant lies in one of some half-open spans."""
    return any(low <= at_s < high for low, high in spans)


def stretch(spans: Iterable[Span], at_s: int) -> Span | None:
    """The stretch around an instant, of spans that may overlap or touch; None if there is none."""
    return next((one for one in union(spans) if one[0] <= at_s < one[1]), None)
