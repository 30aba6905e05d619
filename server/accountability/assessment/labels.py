"""Packs in words: states and refusals for people in both languages, rows for files in Chinese."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any, Final

from server.accountability.assessment.figures.venue_facts import ApprovedAttestation, Asked, Spell
from server.accountability.coverage.figures import State
from server.campaigns.labels import VALUES
from server.foundation.i18n import Sentence
from server.monitoring.exemptions.labels import CODES

STATES: Final = {
    "making": (Sentence("生成中", "Being made"), "wait"),
    "ready": (Sentence("已冻结", "Frozen"), "good"),
    "failed": (Sentence("生成失败", "Failed"), "bad"),
}
FUTURE = Sentence(
    "结束日期不能晚于今天：考核材料只含已发生的播放。",
    "`to` must not be after today: a pack is about what has happened.",
)
TOO_LONG = Sentence("一份材料最多一年，请分次生成。", "A pack is of a year at most: make several.")
TWICE = Sentence("同一单位只能选一次。", "Each unit may be named only once.")
UNKNOWN = Sentence(
    "没有这个单位，或不在您的管辖范围内。", "There is no such unit, or it is outside your scope."
)
NOT_FAILED = Sentence("只有生成失败的材料可以重试。", "Only a pack that failed can be tried again.")
NOT_READY = Sentence(
    "材料还没有生成好，请稍候再下载。", "The pack isn't ready yet: fetch it a little later."
)

FAILED = Sentence(
    "没有生成成功，没有可下载的文件。请重试；仍然失败请让运维人员运行 doctor 检查。",
    "It couldn't be made, so there is nothing to fetch. Try again; if it fails once more, have "
    "`doctor` run on the server.",
)

ACCESS: Final[Mapping[str, str]] = {"player": "联网播放", "manual": "人工上报", "none": "无屏"}
VERDICTS: Final[Mapping[State, str]] = {
    "reached": "达标",
    "pending": "待回传",
    "not_reached": "未达标",
    "attested": "达标（人工上报）",
    "unattested": "未达标（未填报或不足）",
    "without_screen": "不计（无屏）",
    "closed": "不计（全程停业）",
    "exempt": "不计（免考核）",
}
EVIDENCE: Final[Mapping[str, str]] = {"attestation": "人工上报", "spot_check": "抽查"}
"""The objects that photos belong to."""
OUTCOMES: Final[Mapping[str, Sentence]] = {
    "cases": Sentence("发案数", "Cases"),
    "loss": Sentence("损失金额", "Loss"),
    "awareness": Sentence("知晓率", "Awareness"),
}
"""Figures on what publicity achieved, entered by hand."""
OUTCOME_UNITS: Final[Mapping[str, Sentence]] = {
    "cases": Sentence("起", "cases"),
    "loss": Sentence("万元", "10,000 yuan"),
    "awareness": Sentence("%", "%"),
}
MOST_SPELLS: Final = 3


def frequency(asked: Iterable[Asked]) -> str:
    """The requested frequencies of the campaigns, without repetitions."""
    demands = dict.fromkeys(_demand(one) for one in asked)
    return "；".join(demands)


def spells(some: Sequence[Spell], zone: tzinfo, *, by_code: bool) -> str:
    """Reason, span and file of each; of many the first three."""
    text = "、".join(_spell(one, zone, by_code=by_code) for one in some[:MOST_SPELLS])
    return text if len(some) <= MOST_SPELLS else f"{text} 等 {len(some)} 项"


def by_hand(attestations: Sequence[ApprovedAttestation], days_met: float, days: int) -> str:
    """The attestations of a venue as text; these never count as plays."""
    if not attestations:
        return "人工上报：未填报"
    often = sorted({one.plays_per_day for one in attestations})
    rate = f"{often[0]}" if len(often) == 1 else f"{often[0]}–{often[-1]}"
    return f"人工上报：{days_met:g}/{days} 天，每天约 {rate} 次（不计实播）"


def evidence_of(one: Mapping[str, Any]) -> str:
    """The object and time of a photo: 人工上报 2026-11-16 至 2026-11-23."""
    first, last = one["first"], one["last"]
    return f"{EVIDENCE[one['kind']]} {first if first == last else f'{first} 至 {last}'}"


def _demand(one: Asked) -> str:
    value = one.target_value or 0
    share = one.target_kind == "share_of_voice"
    text = VALUES[one.target_kind].zh.format(f"{100 * value:g} %" if share else f"{value:g}")
    return f"{text}，最低每小时 {one.floor:g} 次" if one.floor else text


def _spell(one: Spell, zone: tzinfo, *, by_code: bool) -> str:
    codes: Mapping[str, Sentence] = {str(code): name for code, name in CODES.items()}
    why = codes[one.why].zh if by_code else one.why
    paper = f"（{one.paper}）" if one.paper else ""
    return f"{why} {_moment(one.from_ms, zone)} 至 {_moment(one.until_ms, zone)}{paper}".strip()


def _moment(at_ms: int, zone: tzinfo) -> str:
    return datetime.fromtimestamp(at_ms / 1000, zone).strftime("%m-%d %H:%M")


def days_in_words(first: date, last: date) -> str:
    """2026年11月1日至11月30日."""
    begin = f"{first.year}年{first.month}月{first.day}日"
    if first == last:
        return begin
    year = "" if first.year == last.year else f"{last.year}年"
    return f"{begin}至{year}{last.month}月{last.day}日"
