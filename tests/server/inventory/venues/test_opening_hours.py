"""Opening hours: accepted forms, and explained errors."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlists.windows import weekly_hours
from server.inventory.venues.fields.opening_hours import hours_faults, tidy
from server.inventory.venues.kinds import KINDS


@pytest.mark.parametrize(
    "ranges",
    [
        [],
        [["08:00", "20:00"]],
        [["00:00", "24:00"]],
        [["08:00", "12:00"], ["12:00", "20:00"]],
        [["18:00", "02:00"]],
        [["22:00", "24:00"]],
        [["00:00", "06:00"], ["20:00", "00:00"]],
    ],
)
def test_usual_ways_of_writing_hours_are_understood(ranges: Any) -> None:
    assert hours_faults({"1": ranges}) == []


@pytest.mark.parametrize(
    ("hours", "pointer", "sentence"),
    [
        ({"8": [["08:00", "20:00"]]}, "/hours/8", "星期"),
        ({"mon": []}, "/hours/mon", "星期"),
        ({"1": [["8:00", "20:00"]]}, "/hours/1/0", "时刻"),
        ({"1": [["08:00", "25:00"]]}, "/hours/1/0", "时刻"),
        ({"1": [["08:00", "24:01"]]}, "/hours/1/0", "时刻"),
        ({"1": [["24:00", "08:00"]]}, "/hours/1/0", "24:00"),
        ({"1": [["08:00", "08:00"]]}, "/hours/1/0", "全天"),
        ({"1": [["08:00"]]}, "/hours/1/0", "两个时刻"),
        ({"1": "08:00-20:00"}, "/hours/1", "两个时刻"),
        ({"1": [["08:00", "12:00"], ["11:00", "20:00"]]}, "/hours/1", "重叠"),
        ({"1": [["18:00", "02:00"], ["20:00", "21:00"]]}, "/hours/1", "重叠"),
    ],
)
def test_what_cannot_be_understood_is_explained(hours: Any, pointer: str, sentence: str) -> None:
    (wrong,) = hours_faults(hours)

    assert wrong.pointer == pointer
    assert sentence in wrong.detail.zh


def test_tidy_hours_are_sorted_and_leave_out_closed_days() -> None:
    hours = {"2": [["14:00", "20:00"], ["08:00", "12:00"]], "1": [["08:00", "12:00"]], "3": []}

    assert list(tidy(hours).items()) == [
        ("1", [["08:00", "12:00"]]),
        ("2", [["08:00", "12:00"], ["14:00", "20:00"]]),
    ]


@pytest.mark.parametrize("code", sorted(KINDS))
def test_the_usual_hours_of_each_kind_are_understood(code: str) -> None:
    hours = KINDS[code].usual_hours()

    assert hours_faults(hours) == []
    assert weekly_hours(hours)


CLOCK = st.one_of(
    st.builds("{:02}:{:02}".format, st.integers(0, 25), st.integers(0, 61)), st.text(max_size=6)
)


@pytest.mark.slow
@given(st.dictionaries(st.text("1234567890", max_size=2), st.lists(st.lists(CLOCK, max_size=3))))
def test_whatever_is_accepted_the_planner_understands(hours: Any) -> None:
    if not hours_faults(hours):
        assert weekly_hours(tidy(hours)) is not None


GLOSSARY = """
    bank hotel supermarket mall shop hospital school market park street road bus taxi coach_station
    bus_stop community residential enterprise government_hall office other
"""


def test_there_are_the_kinds_of_the_glossary() -> None:
    assert sorted(KINDS) == sorted(GLOSSARY.split())
    assert all(kind.name.zh and kind.name.en and kind.dwell_s > 0 for kind in KINDS.values())
