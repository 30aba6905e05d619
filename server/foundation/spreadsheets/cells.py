"""Parses cells as people fill them in: texts, dates and times of day, in various forms."""

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from server.foundation.i18n import Sentence
from server.foundation.spreadsheets.reader import Cell

DAY_MIN: Final = 24 * 60
LATEST_MIN: Final = 36 * 60
EXCEL_EPOCH: Final = date(1899, 12, 30)
FIRST_DAY: Final = date(1900, 1, 1)
_DAY: Final = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]0?0:00.*)?"
)
_CLOCK: Final = re.compile(
    r"(次日|翌日|\+1)?\s*(\d{1,2})\s*[:：.时点]\s*(\d{2})?\s*分?(?:[:：]\d{2})?"
)

WRONG_DAY: Final = Sentence("日期写成 2026-11-24。", "Write the date as 2026-11-24.")
WRONG_CLOCK: Final = Sentence(
    "时刻写成 06:10；过了午夜写 00:30 或 24:30。", "Write the time as 06:10; after midnight 00:30."
)


class Unreadable(ValueError):
    """A cell has an unexpected value; `detail` explains the expected form."""

    def __init__(self, detail: Sentence) -> None:
        super().__init__(detail.en)
        self.detail = detail


def text_of(cell: Cell) -> str:
    """The cell's text; a number without the ".0" of spreadsheets."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def day_of(cell: Cell) -> date | None:
    """A date, None for an empty cell. Raises Unreadable."""
    if cell is None:
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = text_of(cell)
    try:
        if found := _DAY.fullmatch(text):
            return date(*(int(part) for part in found.groups()))
        if re.fullmatch(r"20\d{6}", text):
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        if isinstance(cell, (int, float)) and 36_526 <= cell < 80_000:  # from 2000 on
            return EXCEL_EPOCH + timedelta(days=int(cell))
    except ValueError as error:
        raise Unreadable(WRONG_DAY) from error
    raise Unreadable(WRONG_DAY)


def clock_of(cell: Cell) -> str | None:
    """A time of day such as `06:10`, None for an empty cell. Raises Unreadable.

    24:00 stays; 24:30 and 次日 00:30 become 00:30, which as an end is on the next day.
    """
    minutes = _minutes(cell)
    if minutes is None:
        return None
    if not 0 <= minutes <= LATEST_MIN:
        raise Unreadable(WRONG_CLOCK)
    if minutes == DAY_MIN:
        return "24:00"
    return "{:02d}:{:02d}".format(*divmod(minutes % DAY_MIN, 60))


def _minutes(cell: Cell) -> int | None:
    if cell is None:
        return None
    if isinstance(cell, datetime):
        # A time of 24:00 or later is a date on the first of 1900.
        return (cell.date() == FIRST_DAY) * DAY_MIN + cell.hour * 60 + cell.minute
    if isinstance(cell, time):
        return cell.hour * 60 + cell.minute
    if isinstance(cell, timedelta):
        return round(cell.total_seconds() / 60)
    if isinstance(cell, (int, float)) and 0 <= cell <= LATEST_MIN / DAY_MIN:
        return round(cell * DAY_MIN)
    found = _CLOCK.fullmatch(text_of(cell))
    if found is None:
        raise Unreadable(WRONG_CLOCK)
    later, hour, minute = found.groups()
    if int(minute or 0) > 59:
        raise Unreadable(WRONG_CLOCK)
    return DAY_MIN * bool(later) + int(hour) * 60 + int(minute or 0)
