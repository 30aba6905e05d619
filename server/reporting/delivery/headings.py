"""Headings of reports, in both languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from server.foundation.i18n import Sentence
from server.reporting.delivery.figures import Figures
from server.reporting.delivery.selection import GroupBy


@dataclass(frozen=True)
class Heading:
    """A column: its name and how its value comes from the figures; None is an empty cell."""

    key: str
    name: Sentence
    value: Callable[[Figures], float | None]
    is_share: bool = False


def _count(key: str, zh: str, en: str) -> Heading:
    return Heading(key, Sentence(zh, en), lambda figures: getattr(figures, key))


HEADINGS: Final = (
    _count("expected", "应播", "Expected"),
    _count("confirmed", "实播", "Confirmed"),
    _count("partial", "未播完", "Partial"),
    _count("failed", "播放失败", "Failed"),
    _count("pre_empted", "插播占用", "Pre-empted"),
    _count("screen_off", "暂停关屏", "Screen off"),
    _count("pending", "待回传", "Pending"),
    _count("missing", "漏播", "Missing"),
    _count("excused", "免考核", "Excused"),
    Heading(
        "delivery_rate",
        Sentence("播放完成率", "Delivery rate"),
        lambda figures: figures.delivery_rate,
        is_share=True,
    ),
)

RATE_FIRST: Final = (HEADINGS[-1], *HEADINGS[:-1])
"""The order on a page: the rate first, as a phone shows three figures."""

VERDICTS: Final = {
    "counted": (Sentence("已计入", "Counted"), "good"),
    "partial": (Sentence("未播完", "Partial"), "wait"),
    "failed": (Sentence("播放失败", "Failed"), "bad"),
    "quarantined": (Sentence("待核查", "Quarantined"), "bad"),
    "unsynced": (Sentence("时间未校准", "Unsynced"), "wait"),
}

LOSSES: Final[Mapping[str, Sentence]] = {
    "acknowledged": Sentence("服务器恢复前已确认，终端已删除", "acknowledged before a restore"),
    "storage_full": Sentence("终端存储已满", "the player's storage was full"),
    "hole": Sentence("终端记录缺失", "missing in the player's log"),
    "refused": Sentence("记录无法接收", "could not be taken in"),
}


def why_lost(reason: str) -> Sentence:
    """A player's reason in words; one that isn't known stays what it is."""
    return LOSSES.get(reason, Sentence(reason, reason))


GROUP_HEADINGS: Final[Mapping[GroupBy, Sentence]] = {
    "campaign": Sentence("宣传任务", "Campaign"),
    "unit": Sentence("责任单位", "Unit"),
    "territory": Sentence("属地", "Territory"),
    "venue_kind": Sentence("点位类型", "Venue kind"),
    "venue": Sentence("点位", "Venue"),
    "screen": Sentence("显示屏", "Screen"),
    "line": Sentence("线路", "Line"),
    "day": Sentence("日期", "Day"),
    "hour": Sentence("小时", "Hour"),
}
