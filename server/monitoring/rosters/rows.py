"""Parses the rows of a roster table: one service of one vehicle each, on one or several days."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeVar

from server.foundation.i18n import Sentence
from server.foundation.spreadsheets.cells import Unreadable, clock_of, day_of, text_of
from server.foundation.spreadsheets.reader import Cell, Column, Record
from server.inventory.imports.row_faults import NEEDED, RowFault
from server.inventory.venues.fields.opening_hours import NO_LENGTH

T = TypeVar("T")

COLUMNS: Final = (
    Column("line", ("线路", "线路名称", "line", "line_id")),
    Column("day", ("日期", "开始日期", "day", "date")),
    Column("until", ("截止日期", "结束日期", "until"), required=False),
    Column("vehicle", ("车号", "车牌号", "车牌", "vehicle")),
    Column("begin", ("开始", "上线", "出场", "from", "start")),
    Column("end", ("结束", "下线", "收车", "to", "end")),
)
TITLES: Final = {
    "line": Sentence("线路", "Line"),
    "day": Sentence("日期", "Day"),
    "until": Sentence("截止日期", "Until"),
    "vehicle": Sentence("车号", "Vehicle"),
    "begin": Sentence("开始", "From"),
    "end": Sentence("结束", "To"),
}
MOST_DAYS: Final = 92
BOTH: Final = Sentence(
    "开始和结束要一起填写；都不填表示这辆车当天不运行。",
    "Give both times; without either the vehicle doesn't run that day.",
)
LATE_START: Final = Sentence("24:00 只能作为结束。", "24:00 can only be an end.")
BACKWARDS: Final = Sentence(
    f"截止日期不能早于日期，最多 {MOST_DAYS} 天。",
    f"It must not be before the day, and at most {MOST_DAYS} days on.",
)


@dataclass(frozen=True, slots=True)
class Shift:
    """A parsed row; `service` is None where the vehicle doesn't run."""

    row: int
    line: str
    vehicle: str
    first: date
    last: date
    service: tuple[str, str] | None

    def days(self) -> Iterator[date]:
        """Each of its days."""
        for step in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=step)


def read_shifts(records: Sequence[Record]) -> tuple[list[Shift], list[RowFault]]:
    """The valid rows, and all faults of the others."""
    shifts: list[Shift] = []
    faults: list[RowFault] = []
    for record in records:
        wrong: list[RowFault] = []
        shift = _shift(record, wrong)
        faults += wrong
        if shift is not None and not wrong:
            shifts.append(shift)
    return shifts, faults


def _shift(record: Record, wrong: list[RowFault]) -> Shift | None:
    line, vehicle = (_needed(record, name, wrong) for name in ("line", "vehicle"))
    first = _cell(record, "day", day_of, wrong)
    last = _cell(record, "until", day_of, wrong) or first
    service = _service(record, wrong)
    if first is None or last is None:
        if not any(one.column == "day" for one in wrong):
            wrong.append(RowFault(record.number, "day", NEEDED))
        return None
    if not 0 <= (last - first).days < MOST_DAYS:
        wrong.append(RowFault(record.number, "until", BACKWARDS))
    return Shift(record.number, line, vehicle, first, last, service)


def _needed(record: Record, name: str, wrong: list[RowFault]) -> str:
    text = text_of(record.values.get(name))
    if not text:
        wrong.append(RowFault(record.number, name, NEEDED))
    return text


def _cell(
    record: Record, name: str, read: Callable[[Cell], T | None], wrong: list[RowFault]
) -> T | None:
    try:
        return read(record.values.get(name))
    except Unreadable as error:
        wrong.append(RowFault(record.number, name, error.detail))
        return None


def _service(record: Record, wrong: list[RowFault]) -> tuple[str, str] | None:
    before = len(wrong)
    begin, end = (_cell(record, name, clock_of, wrong) for name in ("begin", "end"))
    if len(wrong) > before or (begin is None and end is None):
        return None
    if begin is None or end is None:
        wrong.append(RowFault(record.number, "begin" if begin is None else "end", BOTH))
        return None
    if begin == "24:00":
        wrong.append(RowFault(record.number, "begin", LATE_START))
    elif begin == end:
        wrong.append(RowFault(record.number, "end", NO_LENGTH))
    return begin, end
