"""Inputs of a report beside the store: time, plans, exclusions."""

from collections.abc import Callable
from dataclasses import dataclass

from server.foundation.civil_time import Civil
from server.playlog.model.manifest_counts import Tally
from server.playlog.model.slot_states import PlanOf
from server.reporting.delivery.expected.exclusion_windows import Windows

TallyOf = Callable[[str], Tally | None]


@dataclass(frozen=True)
class ReportContext:
    """Plans, calendar, time (ms) and windows. `recounted`: no roll-up is used."""

    plan_of: PlanOf
    tally_of: TallyOf
    civil: Civil
    as_of_ms: int
    windows: Windows
    recounted: bool = False
