"""Opening hours as text in one cell, parsed and formatted."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from server.foundation.i18n import Sentence
from server.foundation.spreadsheets.cells import Unreadable, text_of
from server.foundation.spreadsheets.reader import Cell
from server.inventory.venues.fields.opening_hours import Ranges, hours_faults, tidy
from server.inventory.venues.kinds import Hours

WRONG_HOURS: Final = Sentence(
    "看不懂这段营业时段；请写成 08:00-20:00，或 周一至周五 08:30-17:30；周六 09:00-12:00，"
    "或 全天。",
    "These hours can't be read: write 08:00-20:00, or Mon-Fri 08:30-17:30; Sat 09:00-12:00, or "
    "all day.",
)
LONGEST: Final = 2_000
ALL: Final = "1234567"
ALL_DAY: Final = [["00:00", "24:00"]]
_ZH: Final = "一二三四五六日"
_EN: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ENGLISH: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# By then everything is half-width and lower case, and each dash is a minus.
_DASH: Final = re.compile(r"[—–―−~至到]|\bto\b")
_ZH_DAY: Final = r"(?:周|星期|礼拜)[一二三四五六日天1-7]"
_EN_DAY: Final = (
    r"\b(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)s?\b"
)
_EVERY: Final = r"每天|每日|天天|daily|every ?day"
_WORKDAYS: Final = r"工作日|平日|weekdays?|workdays?"
_WEEKEND: Final = r"双休日|周末|weekends?"
_WHEN: Final = rf"{_EVERY}|{_WORKDAYS}|{_WEEKEND}|{_ZH_DAY}|{_EN_DAY}"
_DAYS: Final = re.compile(
    rf"\s*(?:(?P<every>{_EVERY})|(?P<work>{_WORKDAYS})|(?P<end>{_WEEKEND})"
    rf"|(?P<first>{_ZH_DAY}|{_EN_DAY})"
    rf"(?:\s*-\s*(?P<last>{_ZH_DAY}|{_EN_DAY}|[一二三四五六日天])"
    rf"|(?P<more>(?:[、,]?[一二三四五六日天](?![a-z\d]))+))?)\s*(?:[、,/和及:]|and|&)?\s*"
)
_OPEN: Final = r"全天|全日|24 ?小时(?:营业)?|all ?day|24 ?h(?:ours)?|24/7"
_SHUT: Final = r"休息|不营业|停业|闭馆|不开机|关闭|休|closed|off"
_CLOCK: Final = (
    r"(?P<{0}half>上午|早上|中午|下午|晚上|次日|翌日)?\s*(?P<{0}hour>\d{{1,2}})\s*"
    r"(?:[:.点时]\s*(?:(?P<{0}minute>\d{{2}})|(?P<{0}thirty>半))?\s*分?)?"
)
_SPAN: Final = re.compile(rf"\s*{_CLOCK.format('from_')}\s*-\s*{_CLOCK.format('to_')}\s*[,、和及]?")
_TURN: Final = re.compile(rf"([:点时]\d\d|[点时半分]|{_OPEN}|{_SHUT})[,、\s]+(?={_WHEN})")


def hours_of(cell: Cell) -> Hours:
    """Weekly hours from text such as `周一至周五 08:30-17:30；周六 09:00-12:00` or `全天`.

    Times without days apply to each day not named elsewhere; all other days are closed. Raises
    Unreadable.
    """
    plain = unicodedata.normalize("NFKC", text_of(cell)).casefold()
    if len(plain) > LONGEST:
        raise Unreadable(WRONG_HOURS)
    plain = _TURN.sub(r"\1;", _DASH.sub("-", plain))
    usual: Ranges | None = None
    named: dict[str, Ranges] = {}
    for part in filter(str.strip, re.split(r"[;\n。|]", plain)):
        days, rest = _days(part)
        ranges = _ranges(rest)
        if days:
            for day in days:
                named[day] = [*named.get(day, []), *ranges]
        else:
            usual = [*(usual or []), *ranges]
    return _sound({day: named.get(day, usual or []) for day in ALL}, bool(named) or usual)


def hours_text(hours: Hours, language: str) -> str:
    """The text of hours, which `hours_of` can parse."""
    by_day = [(day, hours.get(day, [])) for day in ALL]
    runs = [
        ([day for day, _ in run], ranges) for ranges, run in groupby(by_day, key=lambda one: one[1])
    ]
    english = language.lower().startswith("en")
    if len(runs) == 1:
        return _ranges_text(runs[0][1], english=english)
    parts = [
        f"{_days_text(days, english=english)} {_ranges_text(ranges, english=english)}"
        for days, ranges in runs
        if ranges
    ]
    return ("; " if english else "；").join(parts)


def _sound(hours: dict[str, Ranges], given: object) -> Hours:
    if given is False or given is None:
        raise Unreadable(WRONG_HOURS)
    faults = hours_faults(hours)
    if faults:
        raise Unreadable(faults[0].detail)
    return tidy(hours)


def _days(part: str) -> tuple[list[str], str]:
    """The days of a part, and the rest of its text."""
    days: list[str] = []
    place = 0
    while (found := _DAYS.match(part, place)) is not None:
        days += _of_match(found)
        place = found.end()
    return days, part[place:]


def _of_match(found: re.Match[str]) -> Iterator[str]:
    if found["every"]:
        yield from ALL
    elif found["work"]:
        yield from ALL[:5]
    elif found["end"]:
        yield from ALL[5:]
    else:
        first = _day(found["first"])
        if found["last"]:
            length = (_day(found["last"]) - first) % 7
            yield from (ALL[(first + step) % 7] for step in range(length + 1))
            return
        yield ALL[first]
        yield from (ALL[_day(one)] for one in found["more"] or "" if one not in "、,")


def _day(word: str) -> int:
    """0 is Monday."""
    last = word[-1].replace("天", "日")
    if last in _ZH:
        return _ZH.index(last)
    return _ENGLISH.index(word[:3]) if word[:3] in _ENGLISH else int(last) - 1


def _ranges(words: str) -> Ranges:
    plain = words.strip(" ,、")
    if re.fullmatch(_OPEN, plain):
        return [list(one) for one in ALL_DAY]
    if re.fullmatch(_SHUT, plain):
        return []
    ranges: Ranges = []
    place = 0
    while place < len(plain):
        found = _SPAN.match(plain, place)
        if found is None:
            raise Unreadable(WRONG_HOURS)
        ranges.append([_clock(found, "from_"), _clock(found, "to_")])
        place = found.end()
    if not ranges:
        raise Unreadable(WRONG_HOURS)
    return ranges


def _clock(found: re.Match[str], end: str) -> str:
    hour, minute = int(found[f"{end}hour"]), int(found[f"{end}minute"] or 0)
    half = found[f"{end}half"] or (found["from_half"] if end == "to_" else None)
    if half in ("下午", "晚上") and hour < 12:
        hour += 12
    return f"{hour:02d}:{30 if found[f'{end}thirty'] else minute:02d}"


def _ranges_text(ranges: Sequence[Sequence[str]], *, english: bool) -> str:
    if list(ranges) == ALL_DAY:
        return "all day" if english else "全天"
    if not ranges:
        return "closed" if english else "休息"
    return (", " if english else "，").join(f"{start}-{end}" for start, end in ranges)


def _days_text(days: Sequence[str], *, english: bool) -> str:
    first, last = (int(day) - 1 for day in (days[0], days[-1]))
    names = _EN if english else [f"周{day}" for day in _ZH]
    if first == last:
        return names[first]
    return f"{names[first]}{'-' if english else '至'}{names[last]}"
