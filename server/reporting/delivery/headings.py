"""Groups of reports, verdicts and losses in words; the columns are in `columns`."""

from collections.abc import Mapping
from typing import Final

from server.foundation.i18n import Sentence
from server.reporting.delivery.selection import GroupBy

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
    """A player's reason in words; an unknown one is returned as is."""
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
