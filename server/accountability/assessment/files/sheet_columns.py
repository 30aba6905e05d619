"""The columns of the sheets, in the order and under the names that the assessment asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, Literal

from server.accountability.assessment.figures.rows import evidence_in_words
from server.reporting.delivery.figures import delivery_rate_of

Row = Mapping[str, Any]
Kind = Literal["text", "count", "share", "days"]


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and where its value comes from; widths in characters of a sheet and mm of paper.

    `days` has the first day as its value and shows the last beside it.
    """

    name: str
    value: Callable[[Row], Any]
    width: int
    wide_mm: float
    kind: Kind = "text"
    total: Callable[[Row], Any] | None = None
    """The cell of the last row, from the unit's totals; without one the cell is empty."""


def remarks(row: Row) -> str:
    """The row's remarks, with where the venue belongs now if that is elsewhere."""
    moved = f"现归 {row['moved_to']}" if row["moved_to"] else ""
    return "；".join(part for part in (moved, row["remarks"]) if part)


COLUMNS: Final = (
    Column("序号", itemgetter("no"), 6, 8.5, "count"),
    Column("责任单位", itemgetter("unit"), 16, 18),
    Column("属地", itemgetter("territory"), 14, 15),
    Column("点位", itemgetter("name"), 24, 24),
    Column("类型", itemgetter("kind"), 12, 13),
    Column("地址", itemgetter("address"), 26, 18),
    Column("屏数", itemgetter("screens"), 6, 8.5, "count", itemgetter("screens")),
    Column("接入方式", itemgetter("access"), 10, 13),
    Column("责任人", itemgetter("contact"), 10, 12.5),
    Column("电话", itemgetter("phone"), 15, 24.5),
    Column("播放起止", itemgetter("first"), 26, 18.5, "days"),
    Column("频次要求", itemgetter("frequency"), 26, 18),
    Column("应播", itemgetter("expected"), 10, 14.5, "count", itemgetter("expected")),
    Column("实播", itemgetter("confirmed"), 10, 14.5, "count", itemgetter("confirmed")),
    Column("播放完成率", delivery_rate_of, 11, 13, "share", delivery_rate_of),
    Column("是否达标", itemgetter("verdict"), 14, 13),
    Column("佐证照片", lambda row: evidence_in_words(row["evidence"]), 18, 14.5),
    Column("备注", remarks, 44, 20),
)
FOOT: Final = ("填报人", "审核人", "单位负责人（签字）", "单位（盖章）", "日期", "数据截至")
TITLE: Final = "反诈宣传点位播放情况考核表"
TOTAL: Final = "合计"
