"""Validates opening hours as entered, with remedies."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Final

from server.foundation.errors import Fault
from server.foundation.i18n import Sentence

Ranges = list[list[str]]

_CLOCK: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")
_DAYS: Final = frozenset("1234567")
DAY_MIN: Final = 24 * 60

WRONG_DAY = Sentence("星期用 1（周一）到 7（周日）表示。", "Days are 1 (Monday) to 7 (Sunday).")
WRONG_PAIR = Sentence(
    '每段时间写成两个时刻，例如 ["08:00", "20:00"]。',
    'Write each range as two times, as in ["08:00", "20:00"].',
)
WRONG_TIME = Sentence(
    "时刻写成 00:00 到 23:59，结束时刻可以是 24:00。",
    "Times are 00:00 to 23:59; an end may be 24:00.",
)
WRONG_START = Sentence("24:00 只能作为结束时刻。", "24:00 can only be an end: start at 00:00.")
NO_LENGTH = Sentence(
    "开始和结束相同；全天请写 00:00 到 24:00。",
    "Start and end are the same: for the whole day write 00:00 to 24:00.",
)
OVERLAP = Sentence("同一天的时段互相重叠。", "These ranges of one day overlap.")
WRONG_DATE = Sentence("日期写成 2026-10-01。", "Write dates as 2026-10-01.")


def hours_faults(hours: Mapping[str, Any], pointer: str = "/hours") -> list[Fault]:
    """Faults of weekly hours; an end not after its start runs past midnight."""
    faults: list[Fault] = []
    for day, ranges in hours.items():
        if day not in _DAYS:
            faults.append(Fault(f"{pointer}/{day}", WRONG_DAY))
        faults += ranges_faults(ranges, f"{pointer}/{day}")
    return faults


def extra_faults(extra: Mapping[str, Any], pointer: str = "/extra_hours") -> list[Fault]:
    """Faults of hours of single dates."""
    faults = dates_faults(list(extra), pointer)
    for day, ranges in extra.items():
        faults += ranges_faults(ranges, f"{pointer}/{day}")
    return faults


def dates_faults(days: Sequence[str], pointer: str) -> list[Fault]:
    """Faults of a list of dates."""
    return [Fault(pointer, WRONG_DATE) for day in days if not _is_date(day)]


def ranges_faults(ranges: Any, pointer: str) -> list[Fault]:
    """Faults of the ranges of one day."""
    if not isinstance(ranges, list):
        return [Fault(pointer, WRONG_PAIR)]
    wrong = [
        Fault(f"{pointer}/{index}", sentence)
        for index, pair in enumerate(ranges)
        if (sentence := _wrong_pair(pair)) is not None
    ]
    if not wrong and _overlap(ranges):
        wrong.append(Fault(pointer, OVERLAP))
    return wrong


def tidy(hours: Mapping[str, Ranges]) -> dict[str, Ranges]:
    """The hours sorted by day and start; days without any are left out."""
    return {day: sorted(hours[day]) for day in sorted(hours) if hours[day]}


def _wrong_pair(pair: Any) -> Sentence | None:
    if not isinstance(pair, list) or len(pair) != 2:
        return WRONG_PAIR
    if not all(isinstance(text, str) and _CLOCK.fullmatch(text) for text in pair):
        return WRONG_TIME
    if pair[0] == "24:00":
        return WRONG_START
    return NO_LENGTH if pair[0] == pair[1] else None


def _overlap(ranges: Ranges) -> bool:
    spans = sorted(span_of(start, end) for start, end in ranges)
    return any(before[1] > after[0] for before, after in pairwise(spans))


def span_of(start: str, end: str) -> tuple[int, int]:
    """From one wall-clock time to another in minutes, past midnight too."""
    from_min, until_min = minutes_of(start), minutes_of(end)
    return from_min, until_min if until_min > from_min else until_min + DAY_MIN


def minutes_of(text: str) -> int:
    """The minutes of a wall-clock time since midnight."""
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
