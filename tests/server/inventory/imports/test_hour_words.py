"""Opening hours in one cell, as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.foundation.spreadsheets.cells import Unreadable
from server.inventory.imports.columns.hours_text import hours_of, hours_text
from server.inventory.venues.fields.opening_hours import hours_faults, tidy
from server.inventory.venues.kinds import KINDS

ALL_DAY = [["00:00", "24:00"]]
WORK = [["08:30", "17:30"]]
HALVES = [["08:30", "11:30"], ["14:00", "17:30"]]
SATURDAY = [["09:00", "12:00"]]


def days(which: str, ranges: list[list[str]]) -> dict[str, list[list[str]]]:
    return dict.fromkeys(which, ranges)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("08:00-20:00", days("1234567", [["08:00", "20:00"]])),
        ("8:00—20:00", days("1234567", [["08:00", "20:00"]])),
        ("８：００～２０：００", days("1234567", [["08:00", "20:00"]])),
        ("8点至20点半", days("1234567", [["08:00", "20:30"]])),
        ("全天", days("1234567", ALL_DAY)),
        ("24小时", days("1234567", ALL_DAY)),
        ("24小时营业", days("1234567", ALL_DAY)),
        ("all day", days("1234567", ALL_DAY)),
        ("每天 全天", days("1234567", ALL_DAY)),
        ("周一至周五 08:30-17:30；周六 09:00-12:00", {**days("12345", WORK), "6": SATURDAY}),
        ("周一至周五08:30-17:30，周六09:00-12:00", {**days("12345", WORK), "6": SATURDAY}),
        ("周一至周五 08:30-17:30 周六 09:00-12:00", {**days("12345", WORK), "6": SATURDAY}),
        ("星期一到星期五：8:30-17:30\n星期六：9:00-12:00", {**days("12345", WORK), "6": SATURDAY}),
        ("周一至五 8:30-17:30；周六日 9:00-12:00", {**days("12345", WORK), **days("67", SATURDAY)}),
        ("Mon-Fri 08:30-17:30; Sat 09:00-12:00", {**days("12345", WORK), "6": SATURDAY}),
        ("工作日 08:30-17:30；周末休息", days("12345", WORK)),
        ("工作日 08:30-17:30，周末 9:00-12:00", {**days("12345", WORK), **days("67", SATURDAY)}),
        ("周一、周三、周五 08:30-17:30", days("135", WORK)),
        ("周一三五 08:30-17:30", days("135", WORK)),
        ("08:30-17:30；周日休息", days("123456", WORK)),
        ("08:30-17:30; Sun closed", days("123456", WORK)),
        ("周六至周一 08:30-17:30", days("167", WORK)),
        ("上午8:30-11:30，下午2:00-5:30", days("1234567", HALVES)),
        ("08:30-11:30 14:00-17:30", days("1234567", HALVES)),
        ("18:00-次日02:00", days("1234567", [["18:00", "02:00"]])),
        ("休息", {}),
    ],
)  # fmt: skip
def test_words_are_read(text: str, hours: dict[str, list[list[str]]]) -> None:
    assert hours_of(text) == hours


@pytest.mark.parametrize(
    "text", ["早八晚五", "08:00", "8-", "周一", "周八 08:00-09:00", "；", "节假日 08:00-09:00",
             "08:00-20:00 不定", "25:00-26:00", "08:00-08:00", "08:00-12:00 11:00-13:00"],
)  # fmt: skip
def test_unreadable_hours_are_reported(text: str) -> None:
    with pytest.raises(Unreadable):
        hours_of(text)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_usual_hours_of_each_kind_go_into_words_and_back(kind: str, language: str) -> None:
    hours = KINDS[kind].usual_hours()

    assert hours_of(hours_text(hours, language)) == hours


CLOCKS = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02d}:{quarter % 4 * 15:02d}")
RANGES = st.lists(st.tuples(CLOCKS, st.one_of(CLOCKS, st.just("24:00"))).map(list), max_size=3)


@pytest.mark.slow
@given(st.dictionaries(st.sampled_from("1234567"), RANGES), st.sampled_from(["zh", "en"]))
def test_any_hours_go_into_words_and_back(hours: dict[str, list[list[str]]], language: str) -> None:
    if hours_faults(hours):
        return

    assert hours_of(hours_text(tidy(hours), language)) == tidy(hours)


@pytest.mark.parametrize("text", ["8" + " " * 200_000 + "x", "周一" * 200_000])
def test_a_cell_without_end_takes_no_time(text: str) -> None:
    with pytest.raises(Unreadable):
        hours_of(text)
