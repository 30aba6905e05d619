"""Texts of the ledger: headings, the states of a venue, and refusals."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from server.accountability.coverage.figures import State
from server.foundation.i18n import Sentence


class Heading(NamedTuple):
    """A column of the ledger: the figure named `key`; None is an empty cell."""

    key: str
    name: Sentence
    kind: Literal["count", "share"] = "count"


HEADINGS: Final = (
    Heading("venues", Sentence("应覆盖点位", "Venues")),
    Heading("online", Sentence("联网点位", "With players")),
    Heading("reached", Sentence("实证达标", "Reached by proof")),
    Heading("pending", Sentence("待回传", "Pending")),
    Heading("not_reached", Sentence("未达标", "Not reached")),
    Heading("manual", Sentence("上报点位", "Reported by hand")),
    Heading("attested", Sentence("人工上报", "Attested")),
    Heading("unattested", Sentence("未填报或不足", "Not attested")),
    Heading("without_screen", Sentence("无屏", "Without screen")),
    Heading("coverage", Sentence("覆盖率", "Coverage"), "share"),
    Heading("coverage_with_attested", Sentence("含人工上报", "With attested"), "share"),
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
