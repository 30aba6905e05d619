"""Campaigns and takeovers in words, for the pages: states, targets, where."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.foundation.i18n import Sentence
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import WEEKDAYS, Choice, translate
from server.inventory.venues.kinds import KINDS

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
    "total_plays": Sentence("总次数", "Total plays"),
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
WAIT_MINUTES = Sentence("最长间隔 {} 分钟", "at least every {} min")
TIERS = {
    1: Sentence("1（最先保证）", "1 (first)"),
    2: Sentence("2", "2"),
    3: Sentence("3（一般）", "3 (usual)"),
    4: Sentence("4", "4"),
    5: Sentence("5（最先让出）", "5 (gives way first)"),
}
CALENDARS = {
    "": Sentence("不分工作日和节假日", "Any day"),
    "workdays": Sentence("仅工作日（含调休上班）", "Workdays only (make-up days too)"),
    "holidays": Sentence("仅休息日和节假日", "Days off and holidays only"),
}
PACES = {
    "ahead": (Sentence("超前", "Ahead"), "good"),
    "on_pace": (Sentence("正常", "On pace"), "good"),
    "behind": (Sentence("落后", "Behind"), "wait"),
    "at_risk": (Sentence("难以完成", "At risk"), "bad"),
}
UNREACHABLE = Sentence(
    "到结束日预计还差 {plays} 次：每屏每小时最多提到 {most} 次。"
    "请修订任务：延长日期、扩大范围或调低总次数。",
    "About {plays} plays can't be made up by the last day: {most} an hour on each screen is the "
    "most. Revise it: a later last day, more screens or a lower total.",
)
MAKING_GOOD = Sentence(
    "正在补播：每屏每小时 {rate} 次，每天夜里按实播重新计算。",
    "Making good: {rate} an hour on each screen, worked out anew each night from what was played.",
)
PROJECTED = Sentence(
    "按目前进度，到 {ends_on} 可完成 {projected} 次 / 共 {total} 次（{share}）。",
    "At this pace {projected} of {total} plays by {ends_on} ({share}).",
)
EVERY_DAY = Sentence("每天", "Every day")
LEAST_IN_A_ROW = 3
ALL_HOURS = Sentence("全部营业时段", "All opening hours")
NAME = Sentence("名称", "Name")
PLAYLIST = Sentence("播放列表", "Playlist")
DATES = Sentence("起止日期", "Dates")
HOURS = Sentence("时段", "Day parts")
WHERE = Sentence("播放范围", "Where")
TARGET = Sentence("播放频次", "Target")
FLOOR = Sentence("最低频次", "Floor")
TIER = Sentence("优先级", "Tier")
BASELINE = Sentence("基线（人工填写）", "Baseline (by hand)")
BASELINE_TEXT = Sentence("{value} 次/小时，{source}，{date}", "{value} an hour, {source}, {date}")
EVERYWHERE = Sentence("全部显示屏", "All screens")
EXCEPT = Sentence("{where}（不含 {left_out}）", "{where} (except {left_out})")


def campaign_states() -> list[Choice]:
    """The states in which a campaign can be."""
    return [(state, translate(name)) for state, (name, _) in STATES.items() if state != "rejected"]


def pacing_words(pacing: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The state of a total for the page: its label and colour, and a sentence if it isn't well."""
    if pacing is None:
        return None
    name, tone = PACES[pacing["state"]]
    values = {"rate": pacing["plays_per_hour"], "most": pacing["most_per_hour"]}
    text = ""
    if pacing["unreachable"]:
        text = translate(UNREACHABLE).format(plays=f"{pacing['unreachable']:,}", **values)
    elif pacing["state"] == "behind":
        text = translate(MAKING_GOOD).format(**values)
    return {**pacing, "name": translate(name), "tone": tone, "text": text, "end": _end(pacing)}


def _end(pacing: Mapping[str, Any]) -> dict[str, Any] | None:
    """The projected end of a total: a sentence, and shares for its bar."""
    found, total = pacing["projected"], pacing["total"]
    if found is None or total <= 0:
        return None
    share, most = found / total, max(found, total)
    text = translate(PROJECTED).format(
        ends_on=pacing["ends_on"],
        projected=f"{found:,}",
        total=f"{total:,}",
        share=f"{100 * share:.0f} %",
    )
    return {
        "text": text,
        "confirmed": round(100 * pacing["confirmed"] / most, 1),
        "projected": round(100 * found / most, 1),
        "due": round(100 * pacing["due"] / most, 1),
    }


def when_text(dayparts: Sequence[Mapping[str, Any]]) -> str:
    """The hours, in words."""
    return when_in(language(), dayparts)


def when_in(tongue: str, dayparts: Sequence[Mapping[str, Any]]) -> str:
    """The same in a language."""
    parts = [
        f"{_days_in(tongue, part['days'])} {part['from']}–{part['to']}"
        + _by_calendar(tongue, part.get("calendar", "all"))
        for part in dayparts
    ]
    return "；".join(parts) or ALL_HOURS.in_language(tongue)


def _days_in(tongue: str, days: Sequence[int]) -> str:
    """周一至周五, or 周一、周三: three days or more in a row as first and last."""
    names = {day: name.in_language(tongue) for day, name in WEEKDAYS}
    wanted = sorted(set(days))
    if len(wanted) == len(WEEKDAYS):
        return EVERY_DAY.in_language(tongue)
    rows: list[list[int]] = []
    for day in wanted:
        if rows and rows[-1][-1] == day - 1:
            rows[-1].append(day)
        else:
            rows.append([day])
    to, between = ("–", ", ") if tongue == "en" else ("至", "、")
    return between.join(
        f"{names[row[0]]}{to}{names[row[-1]]}"
        if len(row) >= LEAST_IN_A_ROW
        else between.join(names[day] for day in row)
        for row in rows
    )


def _by_calendar(tongue: str, calendar: str) -> str:
    if calendar == "all":
        return ""
    name = CALENDARS[calendar].in_language(tongue)
    return f", {name}" if tongue == "en" else f"，{name}"


PUBLIC_INTEREST = Sentence("公益", "Public interest")
DECLARED = {
    True: Sentence("公益宣传", "In the public interest"),
    False: Sentence("非公益", "Not in the public interest"),
    None: Sentence("未说明", "Not declared"),
}


def in_words(content: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    """A campaign's content, field by field, as text; `names` of units and lists by id."""
    return {
        translate(NAME): content["name"],
        translate(PLAYLIST): names.get(content["playlist_id"], content["playlist_id"]),
        translate(DATES): f"{content['starts_on']} – {content['ends_on']}",
        translate(HOURS): when_text(content["dayparts"]),
        translate(WHERE): where_text(content["selector"], names),
        translate(TARGET): target_text(content["target"]),
        translate(FLOOR): str(content["floor"]),
        translate(TIER): str(content["tier"]),
        translate(BASELINE): baseline_text(content["baseline"]),
        translate(PUBLIC_INTEREST): translate(DECLARED[content["public_interest"]]),
    }


def baseline_text(baseline: Mapping[str, Any] | None) -> str:
    """A figure by hand with its source, a dash for none."""
    if not baseline:
        return "–"
    return translate(BASELINE_TEXT).format(**{**baseline, "value": f"{baseline['value']:g}"})


def choices() -> dict[str, list[Choice]]:
    """The choices of the form."""
    return {
        "target_kinds": [(kind, translate(name)) for kind, name in TARGETS.items()],
        "tiers": [(str(tier), translate(name)) for tier, name in TIERS.items()],
        "calendars": [(key, translate(name)) for key, name in CALENDARS.items()],
        "kinds": [(code, translate(kind.name)) for code, kind in KINDS.items()],
    }


def kind_names() -> dict[str, str]:
    """Venue kinds in words."""
    return {code: translate(kind.name) for code, kind in KINDS.items()}


def target_text(target: Mapping[str, Any]) -> str:
    """The target, in words."""
    kind, value = target["kind"], target["value"]
    if kind == "longest_wait_s" and value % 60 == 0:
        return translate(WAIT_MINUTES).format(f"{value / 60:g}")
    if kind == "share_of_voice":
        return translate(VALUES[kind]).format(f"{100 * value:g} %")
    return translate(VALUES[kind]).format("" if value is None else f"{value:,.12g}")


MOST_NAMED = 6
AND_MORE = Sentence("{} 等 {} 处", "{} and others, {} in all")


def where_text(selector: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """The places, in words; one without a name (units, maybe more) by its id."""
    where = translate(EVERYWHERE) if selector.get("all") else _chosen(selector, names)
    left_out = _chosen(selector.get("except") or {}, names)
    if not left_out:
        return where
    return translate(EXCEPT).format(where=where, left_out=left_out)


def _chosen(selector: Mapping[str, Any], names: Mapping[str, str]) -> str:
    kinds = [translate(KINDS[kind].name) for kind in selector.get("venue_kinds") or ()]
    units = [
        names.get(unit, unit)
        for name in ("unit_ids", "territory_ids")
        for unit in selector.get(name) or ()
    ]
    single = [
        names.get(text, text)
        for name in ("venue_ids", "screen_ids", "tags")
        for text in selector.get(name) or ()
    ]
    between = ", " if language() == "en" else "、"
    named = [between.join(part) for part in (units, kinds, single[:MOST_NAMED]) if part]
    text = ("; " if language() == "en" else "；").join(named)
    return translate(AND_MORE).format(text, len(single)) if len(single) > MOST_NAMED else text
