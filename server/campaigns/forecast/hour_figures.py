"""An hour in the form of `/check` and `/changes`: its slots, and a campaign's figures in it."""

from typing import Any, Final

from playlists.plan.built_loops import PlannedLoop
from playlists.plan.forms import seconds
from playlists.spread.measures import DWELLS_S, dwell_reach, gaps
from playlists.windows import HOUR_MS

NEVER_ON: Final[dict[str, Any]] = {
    "hour": {"period_s": 3600, "slots": []},
    "plays_per_hour": 0,
    "plays_per_day": 0,
    "longest_wait_s": None,
    "dwell_reach": 0.0,
    "dwell_by_stay": {str(stay): 0.0 for stay in DWELLS_S},
    "gave_way": [],
}


def hour_document(loop: PlannedLoop, name: str, dwell_s: int) -> dict[str, Any]:
    """The hour, and in it plays per hour, longest wait and dwell reach of the campaign `name`."""
    return {"hour": _hour(loop, name), **_figures(loop, name, dwell_s)}


def plays_by_campaign(loop: PlannedLoop) -> dict[str, int]:
    """Plays per hour of each campaign, filler that belongs to none left out."""
    found: dict[str, int] = {}
    for slot in loop.slots:
        if slot.campaign:
            found[slot.campaign] = found.get(slot.campaign, 0) + 1
    return {name: plays * HOUR_MS // loop.period_ms for name, plays in found.items()}


def _hour(loop: PlannedLoop, name: str) -> dict[str, Any]:
    return {
        "period_s": seconds(loop.period_ms),
        "slots": [
            {
                "item": slot.digest,
                "campaign": slot.campaign,
                "this": slot.campaign == name,
                "at_s": seconds(slot.start_ms),
                "duration_s": seconds(slot.duration_ms),
            }
            for slot in loop.slots
        ],
    }


def _figures(loop: PlannedLoop, name: str, dwell_s: int) -> dict[str, Any]:
    """Dwell reach of this campaign's plays, for a usual stay there and for some others."""
    starts = [slot.start_ms for slot in loop.slots if slot.campaign == name]
    if not starts:
        kept = ("plays_per_hour", "longest_wait_s", "dwell_reach", "dwell_by_stay")
        return {key: NEVER_ON[key] for key in kept}

    def seen(stay_s: int) -> float:
        return round(dwell_reach(starts, loop.period_ms, stay_s), 4)

    return {
        "plays_per_hour": len(starts) * HOUR_MS // loop.period_ms,
        "longest_wait_s": seconds(max(gaps(starts, loop.period_ms))),
        "dwell_reach": seen(dwell_s),
        "dwell_by_stay": {str(stay): seen(stay) for stay in DWELLS_S},
    }
