"""The same hour of the same screen before and after a change: how often, and who gives way."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from playlists.plan.built_loops import PlannedLoop
from server.campaigns.forecast.hour_figures import NEVER_ON, hour_document, plays_by_campaign
from server.campaigns.forecast.impact import ImpactForecast, Viewer
from server.campaigns.forecast.saturation import (
    Busy,
    Group,
    NamedAssets,
    alike,
    build_quickly,
    demand_at,
    plays_on,
)
from server.campaigns.planning.orders import Entry, Orders
from server.inventory.venues.kinds import KINDS


@dataclass(frozen=True)
class Sides:
    """The submitted version with everything else, and the version that it would replace."""

    after: ImpactForecast
    before: Entry | None


def compare(sides: Sides, reader: Viewer, now_ms: int) -> dict[str, Any]:
    """The tightest screen's hour and, where that is another one, the typical one's.

    None where it reaches no screen that plays. Building takes time: call it outside a session.
    """
    hours = sides.after.hours(now_ms)
    if not hours:
        return {"tightest": None, "typical": None, "alike": True}
    tightest = max(hours, key=lambda busy: busy.fullness)
    typical = None if tightest is hours[0] else _both(hours[0], sides, reader)
    both = {"tightest": _both(tightest, sides, reader), "typical": typical}
    return {**both, "alike": alike(hours)}


def _both(busy: Busy, sides: Sides, reader: Viewer) -> dict[str, Any]:
    about, group = sides.after.about, busy.group
    new = None if busy.demand is None else build_quickly(busy.demand).loop
    at_ms = busy.begins_ms()
    former = _former(group, sides)
    demand = None if at_ms is None else demand_at(former, at_ms)
    old = None if demand is None else build_quickly(demand).loop
    ran = None if sides.before is None or busy.day is None else plays_on(former, about, busy.day)
    runs = 0 if busy.day is None else plays_on(group, about, busy.day)
    return {
        "screens": len(group.screens),
        "venue_kind": group.venue_kind,
        "before": _side(old, group, about.name) | {"plays_per_day": ran or 0},
        "after": _side(new, group, about.name) | {"plays_per_day": runs},
        "others": _others(old, new, about.name, reader.names),
    }


def _former(group: Group, sides: Sides) -> Group:
    """The same screens as they are ordered now, without the campaign's boosts as is the other."""
    found = sides.after
    now = [] if sides.before is None else [replace(sides.before, boosts=())]
    entries = [*found.others, *now]
    orders = Orders(entries, NamedAssets()).for_screen(group.screens[0])
    return Group(group.screens, tuple(orders), group.opening)


def _side(loop: PlannedLoop | None, group: Group, name: str) -> dict[str, Any]:
    if loop is None:
        return {key: value for key, value in NEVER_ON.items() if key != "gave_way"}
    return hour_document(loop, name, KINDS[group.venue_kind].dwell_s)


def _others(
    old: PlannedLoop | None, new: PlannedLoop | None, name: str, names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The other campaigns with fewer or more plays per hour, the largest loss first."""
    before = {} if old is None else plays_by_campaign(old)
    after = {} if new is None else plays_by_campaign(new)
    rows = [
        {
            "campaign_id": one if one in names else None,
            "name": names.get(one),
            "before": before.get(one, 0),
            "after": after.get(one, 0),
        }
        for one in sorted({*before, *after} - {name})
    ]
    changed = [row for row in rows if row["before"] != row["after"]]
    return sorted(changed, key=lambda row: row["after"] - row["before"])
