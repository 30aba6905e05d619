"""Campaigns and takeovers in words, for the pages: states, targets, where."""

from collections.abc import Mapping
from typing import Any

from server.problems import language
from server.texts import Sentence
from server.venues.kinds import KINDS
from server.web.reading import Choice, say

STATES = {
    "draft": (Sentence("草稿", "Draft"), ""),
    "submitted": (Sentence("待审批", "Waiting for sign-off"), "wait"),
    "approved": (Sentence("已批准", "Approved"), "good"),
    "live": (Sentence("播放中", "Live"), "good"),
    "ended": (Sentence("已结束", "Ended"), ""),
    "withdrawn": (Sentence("已撤下", "Withdrawn"), "bad"),
    "rejected": (Sentence("已退回", "Rejected"), "bad"),
}
TARGETS = {
    "plays_per_hour": Sentence("每小时次数", "Plays per hour"),
    "plays_per_day": Sentence("每天次数", "Plays per day"),
    "share_of_voice": Sentence("时长占比", "Share of voice"),
    "longest_wait_s": Sentence("最长间隔（秒）", "Longest wait (s)"),
    "filler": Sentence("点位自有内容", "Filler"),
}
VALUES = {
    "plays_per_hour": Sentence("每小时 {} 次", "{} an hour"),
    "plays_per_day": Sentence("每天 {} 次", "{} a day"),
    "share_of_voice": Sentence("时长占比 {}", "{} of the time"),
    "longest_wait_s": Sentence("最长间隔 {} 秒", "at least every {} s"),
    "total_plays": Sentence("共 {} 次", "{} in all"),
    "filler": Sentence("点位自有内容（补足空档）", "Filler (takes what is left)"),
}
TIERS = {
    1: Sentence("1（最先保证）", "1 (first)"),
    2: Sentence("2", "2"),
    3: Sentence("3（一般）", "3 (usual)"),
    4: Sentence("4", "4"),
    5: Sentence("5（最先让出）", "5 (gives way first)"),
}
EVERYWHERE = Sentence("全部显示屏", "All screens")


def state_words() -> dict[str, dict[str, str]]:
    """Names and colours of the states, for templates."""
    return {
        "state_names": {state: say(name) for state, (name, _) in STATES.items()},
        "tones": {state: tone for state, (_, tone) in STATES.items()},
    }


def choices() -> dict[str, list[Choice]]:
    """What the form offers."""
    return {
        "target_kinds": [(kind, say(name)) for kind, name in TARGETS.items()],
        "tiers": [(str(tier), say(name)) for tier, name in TIERS.items()],
        "kinds": [(code, say(kind.name)) for code, kind in KINDS.items()],
    }


def target_text(target: Mapping[str, Any]) -> str:
    """How often, in words."""
    return say(VALUES[target["kind"]]).format(target["value"])


def where_text(selector: Mapping[str, Any], unit_names: Mapping[str, str]) -> str:
    """Where, in words; single venues, screens and tags by number."""
    if selector.get("all"):
        return say(EVERYWHERE)
    kinds = [say(KINDS[kind].name) for kind in selector.get("venue_kinds") or ()]
    units = [
        unit_names.get(unit, unit)
        for name in ("unit_ids", "territory_ids")
        for unit in selector.get(name) or ()
    ]
    single = [
        text for name in ("venue_ids", "screen_ids", "tags") for text in selector.get(name) or ()
    ]
    between = ", " if language() == "en" else "、"
    return "；".join(between.join(part) for part in (units, kinds, single) if part)
