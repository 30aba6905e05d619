"""What the figures of a moment depend on beside the store."""

from collections.abc import Callable
from dataclasses import dataclass

from server.playback.civil import Civil
from server.playback.slots import PlanOf
from server.playback.tally import Tally
from server.reports.windows import Windows

TallyOf = Callable[[str], Tally | None]


@dataclass(frozen=True)
class Around:
    """Plans, calendar, time (ms) and windows. `recounted`: no roll-up is used."""

    plan_of: PlanOf
    tally_of: TallyOf
    civil: Civil
    as_of_ms: int
    windows: Windows
    recounted: bool = False
