"""Once a day: the progress of each total goal, and its new pace."""

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from playlists.demand.pacing import GoalStatus, pace
from playlists.windows import HOUR_MS, local_date
from server.campaigns.planning.pace_goals import Goal, PaceResult, goals, take_pace
from server.foundation.civil_time import LONGEST_DAYS
from server.foundation.core import Core
from server.playlog.ingest.runtime import PlaylogRuntime
from server.reporting.delivery.figures import Figures, summed
from server.reporting.delivery.service import of_campaign

# A silent screen is given two days and the one that runs before its plays are taken for lost.
AWAITED: Final = timedelta(days=3)


def pace_totals(core: Core, parts: PlaylogRuntime, *, new_only: bool = False) -> int:
    """Measure all totals (or those signed off since); returns how many changed their pace.

    The same figures give the same pace, so a second run changes nothing.
    """
    return sum(
        take_pace(core, measure_goal(core, parts, goal)) for goal in goals(core, new_only=new_only)
    )


def measure_goal(core: Core, parts: PlaylogRuntime, goal: Goal) -> PaceResult:
    """Hold a total against its plays."""
    today = local_date(core.settings.zone, core.clock.now_ms())
    first = max(goal.created_on, today - timedelta(days=LONGEST_DAYS))
    days = of_campaign(core, parts, goal.campaign_id, first, today)
    totals = summed(days.values())
    awaited = _awaited(days, totals, today)
    begun_with = totals.confirmed if goal.begun_with is None else goal.begun_with
    needed = Fraction(max(goal.total - begun_with, 0))
    due = begun_with + needed * (goal.whole_ms - goal.left_ms) / max(goal.whole_ms, 1)
    nominal = needed * HOUR_MS / max(goal.whole_ms, 1)
    if goal.nominal is not None:
        nominal = Fraction(str(goal.nominal))
    progress = GoalStatus(
        total=goal.total,
        confirmed=totals.confirmed,
        awaited=awaited,
        due=due,
        open_ms=goal.left_ms,
        nominal=nominal,
        floor=goal.floor,
        cap=goal.cap,
        spare=goal.screens if goal.last_day else 0,
    )
    pending = totals.pending
    return PaceResult(
        goal, totals.confirmed, pending, int(due), begun_with, nominal, pace(progress)
    )


def _awaited(days: Mapping[date, Figures], totals: Figures, today: date) -> int:
    """The expected number of confirmed plays among the recent ones not yet reported."""
    reported = totals.due - totals.awaited
    rate = min(Fraction(totals.confirmed, reported), Fraction(1)) if reported > 0 else Fraction(1)
    late = sum(figures.awaited for day, figures in days.items() if day > today - AWAITED)
    return int(late * rate)
