"""The board in words."""

from typing import Final

from server.foundation.i18n import Sentence
from server.foundation.spreadsheets.writer import Kind

SHEET: Final = Sentence("责任单位看板", "Board of units")
TOTAL: Final = Sentence("合计", "Total")
SEVERAL: Final = Sentence("全部", "All")
NOWHERE_NAME: Final = Sentence("未填属地", "No territory")
COVERED_IN: Final = Sentence("覆盖统计期", "Coverage over")
NOTE: Final = Sentence(
    "断联：应亮屏而没有联系；不在运营时段、暂停和检修的不算。",
    "Dark: meant to run and not heard; screens out of hours, paused or in maintenance don't count.",
)

COLUMNS: Final[tuple[tuple[str, Sentence, Kind], ...]] = (
    ("name", Sentence("责任单位", "Unit"), "text"),
    ("leader", Sentence("负责人", "Leader"), "text"),
    ("contact", Sentence("联系方式", "Contact"), "text"),
    ("venues", Sentence("点位", "Venues"), "count"),
    ("player", Sentence("联网播放", "With players"), "count"),
    ("manual", Sentence("人工上报", "Reported by hand"), "count"),
    ("none", Sentence("无屏", "No screen"), "count"),
    ("covered_of", Sentence("应覆盖", "Should be covered"), "count"),
    ("reached", Sentence("实证达标", "Reached"), "count"),
    ("coverage", Sentence("覆盖率", "Coverage"), "share"),
    ("screens", Sentence("显示屏", "Screens"), "count"),
    ("online", Sentence("在线", "Online"), "count"),
    ("late", Sentence("联系延迟", "Late"), "count"),
    ("dark", Sentence("断联", "Dark"), "count"),
    ("idle", Sentence("非运营时段", "Needn't run"), "count"),
    ("paused", Sentence("暂停", "Paused"), "count"),
    ("never_seen", Sentence("未绑定", "Not bound"), "count"),
    ("incidents", Sentence("未恢复故障", "Open incidents"), "count"),
    ("expected", Sentence("今日应播", "Expected today"), "count"),
    ("confirmed", Sentence("今日实播", "Confirmed today"), "count"),
    ("delivery", Sentence("今日完成率", "Delivery today"), "share"),
)
