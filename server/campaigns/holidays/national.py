"""Public holidays of China and the days off that are worked instead, as announced each autumn.

To add a year, add its lines from the State Council's notice (国务院办公厅关于节假日安排的通知).
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

from server.foundation.i18n import Sentence


class Special(NamedTuple):
    """A day that differs from its weekday: `kind` is `holiday` or `workday`."""

    kind: str
    name: str


FESTIVALS: Final[Mapping[str, str]] = {
    "元旦": "New Year",
    "春节": "Spring Festival",
    "清明节": "Qingming",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn",
    "国庆节": "National Day",
}
WORKED: Final = "调休上班"


def name_of(special: str) -> Sentence:
    """The name of a day of the national list, in both languages."""
    festival = special.removesuffix(WORKED)
    english = FESTIVALS.get(festival, festival)
    return Sentence(special, f"worked for {english}" if special != festival else english)


def _free(first: str, last: str, name: str) -> Iterator[tuple[date, Special]]:
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    while day <= end:
        yield day, Special("holiday", name)
        day += timedelta(days=1)


def _worked(name: str, *days: str) -> Iterator[tuple[date, Special]]:
    for day in days:
        yield date.fromisoformat(day), Special("workday", f"{name}{WORKED}")


NATIONAL: Final[Mapping[date, Special]] = dict(
    [
        *_free("2026-01-01", "2026-01-03", "元旦"),
        *_worked("元旦", "2026-01-04"),
        *_free("2026-02-15", "2026-02-23", "春节"),
        *_worked("春节", "2026-02-14", "2026-02-28"),
        *_free("2026-04-04", "2026-04-06", "清明节"),
        *_free("2026-05-01", "2026-05-05", "劳动节"),
        *_worked("劳动节", "2026-05-09"),
        *_free("2026-06-19", "2026-06-21", "端午节"),
        *_free("2026-09-25", "2026-09-27", "中秋节"),
        *_free("2026-10-01", "2026-10-07", "国庆节"),
        *_worked("国庆节", "2026-09-20", "2026-10-10"),
    ]
)
