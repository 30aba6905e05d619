"""Texts of the ledger: headings, the states of a venue, and refusals."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from server.accountability.coverage.figures import Figures, State
from server.foundation.i18n import Sentence


@dataclass(frozen=True)
class Heading:
    """A column of the ledger, and how its value comes from the figures; None is an empty cell."""

    key: str
    name: Sentence
    value: Callable[[Figures], float | None]
    kind: Literal["count", "share"] = "count"


def _count(key: str, zh: str, en: str) -> Heading:
    return Heading(key, Sentence(zh, en), lambda figures: getattr(figures, key))


def _share(key: str, zh: str, en: str) -> Heading:
    return Heading(key, Sentence(zh, en), lambda figures: getattr(figures, key), "share")


HEADINGS: Final = (
    _count("venues", "应覆盖点位", "Venues"),
    _count("online", "联网点位", "With players"),
    _count("reached", "实证达标", "Reached by proof"),
    _count("pending", "待回传", "Pending"),
    _count("not_reached", "未达标", "Not reached"),
    _count("manual", "上报点位", "Reported by hand"),
    _count("attested", "人工上报", "Attested"),
    _count("unattested", "未填报或不足", "Not attested"),
    _count("without_screen", "无屏", "Without screen"),
    _share("coverage", "覆盖率", "Coverage"),
    _share("coverage_with_attested", "含人工上报", "With attested"),
)

CALLING_SHEET: Final = Sentence("待联系点位", "Venues to call")
CALLING: Final = (
    Sentence("点位", "Venue"),
    Sentence("责任单位", "Unit"),
    Sentence("状态", "State"),
    Sentence("联系人", "Contact"),
    Sentence("联系电话", "Phone"),
    Sentence("达标天数", "Days that count"),
    Sentence("已填报到", "Reported until"),
)

STATES: Final[Mapping[State, tuple[Sentence, str]]] = {
    "reached": (Sentence("实证达标", "Reached by proof"), "good"),
    "pending": (Sentence("待回传", "Pending"), "wait"),
    "not_reached": (Sentence("未达标", "Not reached"), "bad"),
    "attested": (Sentence("人工上报", "Attested"), "wait"),
    "unattested": (Sentence("未填报或不足", "Not attested"), "bad"),
    "without_screen": (Sentence("无屏", "Without screen"), ""),
    "closed": (Sentence("全程停业", "Closed all the time"), ""),
    "exempt": (Sentence("全程免考核", "Exempt all the time"), ""),
}

BY_VENUE: Final[Mapping[str, Sentence]] = {
    "campaign": Sentence(
        "覆盖台账以点位为单位，不分宣传任务；各任务的完成情况请看播放报表。",
        "The ledger counts venues, whatever the campaign: see delivery for campaigns.",
    ),
    "screen": Sentence(
        "覆盖台账以点位为单位，不分单屏；请按点位（venue）分组或筛选，单屏请看播放报表。",
        "The ledger counts venues, not screens: group or filter by venue, or see delivery.",
    ),
    "hour": Sentence(
        "覆盖台账按天计算，不分小时；请按日（day）分组。",
        "The ledger goes by whole days: group by day.",
    ),
}
