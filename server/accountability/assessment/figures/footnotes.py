"""Footnotes below each unit's table: how it was judged, and the sources of the figures."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from server.accountability.assessment.outcomes import LABEL, sentence_of
from server.accountability.assessment.page_stamp import Seal
from server.accountability.coverage.serializers import RULE
from server.foundation.i18n import share_text
from server.reporting.delivery.figures import delivery_rate_of
from server.reporting.delivery.headings import why_lost
from server.reporting.delivery.table import NO_LIGHT
from server.reporting.plays.acknowledged import STATES, Counts, explained


def summary(totals: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The headline figures as pairs of label and formatted value."""
    return [
        ("点位", f"{totals['venues']:,}"),
        ("实证达标", f"{totals['reached']:,}"),
        ("人工上报达标", f"{totals['attested']:,}"),
        ("应播", f"{totals['expected']:,}"),
        ("实播", f"{totals['confirmed']:,}"),
        ("播放完成率", share_text(delivery_rate_of(totals))),
    ]


def notes(unit: Mapping[str, Any], seal: Seal) -> Iterator[tuple[str, str]]:
    """A name and a text each."""
    totals, rule = unit["totals"], unit["thresholds"]
    awaited = f"待回传 {totals['pending']:,} 次，占应播 {share_text(totals['pending_share'])}"
    yield "数据截至", f"{datetime.fromisoformat(unit['as_of']):%Y-%m-%d %H:%M}；{awaited}"
    yield "其他", _states(totals)
    yield "已收到记录", _received(unit["acknowledged"])
    yield (
        "达标规则",
        RULE.zh.format(day=_share(rule["day_share"]), venue=_share(rule["venue_share"])),
    )
    if unit.get("outcomes"):
        yield LABEL, sentence_of(unit["outcomes"])
    if unit["adjustments"]:
        yield "冻结后补录", f"{unit['adjustments']:,} 次，不计入上表"
    for reason, count in unit["declared"].items():
        yield "终端申报缺失", f"{count:,} 条（{why_lost(reason).zh}）"
    yield "抽查", unit["spot_checks"]["sentence"]
    yield "说明", NO_LIGHT.zh
    if unit["chain_head"]:
        yield "佐证链首", unit["chain_head"]
    yield "数字摘要", f"{seal.digest}（SHA-256；签名密钥 {seal.kid}；{seal.frozen} 冻结）"


def _states(totals: Mapping[str, Any]) -> str:
    names = {
        "partial": "未播完",
        "failed": "播放失败",
        "pre_empted": "插播占用",
        "screen_off": "暂停关屏",
        "missing": "漏播",
        "excused": "免考核",
    }
    breakdown = "，".join(f"{name} {totals[key]:,}" for key, name in names.items())
    return f"{breakdown}；播放完成率 = 实播 ÷（应播 − 插播占用 − 免考核）"


def _received(counts: Mapping[str, int]) -> str:
    """Every play that was acknowledged, by what became of it."""
    plays = Counts({state: counts[state] for state in STATES})
    breakdown = "，".join(f"{name.zh} {count:,}" for name, count in explained(plays))
    return f"{counts['plays']:,} 次：{breakdown}；只有实播计入上表" if breakdown else "0 次"


def _share(share: float) -> str:
    return f"{100 * share:g} %"
