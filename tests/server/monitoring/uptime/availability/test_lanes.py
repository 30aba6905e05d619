"""Figures packed side by side add up as if each had been added by itself."""

import zlib
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.monitoring.availability import packed_records
from server.monitoring.availability.distribution import Member, Spread, spread, spread_of_one
from server.monitoring.availability.packed_records import DAYS, HOURS, Adder, HourAdder, Record

RECORDS = st.lists(st.integers(0, 90_000), min_size=12, max_size=12).map(Record._make)
BLOCK = st.dictionaries(st.integers(0, DAYS - 1), RECORDS, max_size=5)


def packed(days: dict[int, Record]) -> int:
    block = None
    for day, record in days.items():
        block = packed_records.with_record(block, 640 + day, packed_records.packed(record))
    return packed_records.as_number(block or bytes(packed_records.BLOCK_BYTES))


@pytest.mark.slow
@given(BLOCK, st.integers(0, DAYS), st.integers(0, DAYS))
def test_the_total_of_some_days_is_their_sum(days: dict[int, Record], one: int, other: int) -> None:
    first, until = min(one, other), max(one, other)

    found = packed_records.record_of(
        packed_records.total(packed(days) & packed_records.mask(first, until))
    )

    assert found == packed_records.summed(
        record for day, record in days.items() if first <= day < until
    )


@pytest.mark.slow
@given(st.lists(BLOCK, max_size=5))
def test_blocks_are_added_day_by_day(blocks: list[dict[int, Record]]) -> None:
    adder = Adder()
    for days in blocks:
        adder.add(packed(days))

    expected = [
        packed_records.summed(days[day] for days in blocks if day in days) for day in range(DAYS)
    ]
    assert list(adder.days()) == expected


def test_more_screens_than_a_lane_holds_are_added_exactly() -> None:
    adder, full = Adder(), packed({3: Record(*[90_000] * 12)})
    for _ in range(100_000):
        adder.add(full)

    assert adder.days()[3] == Record(*[9_000_000_000] * 12)


def test_many_at_a_time_are_added_as_if_one_by_one() -> None:
    adder, full = Adder(), packed({3: Record(*[90_000] * 12)})
    adder.add(full)
    adder.add_all([full] * 45_000)
    adder.add_all([full] * 39_999)

    assert adder.days()[3] == Record(*[85_000 * 90_000] * 12)


@pytest.mark.slow
@given(st.lists(RECORDS, min_size=1, max_size=5))
def test_records_that_overflow_a_lane_together_are_added_exactly(records: list[Record]) -> None:
    many = [record._replace(operating=2**32 - 1 - record.operating) for record in records]
    numbers = [packed_records.as_number(packed_records.packed(record)) for record in many]

    assert packed_records.sum_of_records(numbers) == packed_records.summed(many)


def test_sums_of_many_days_that_overflow_a_lane_together_are_added_exactly() -> None:
    """800 days each: fifty of them fill a lane."""
    whole = Record(*[800 * 86_400] * 12)
    numbers = [packed_records.as_number(packed_records.packed(whole))] * 101

    assert packed_records.sum_of_days(numbers, 800) == Record(*[101 * 800 * 86_400] * 12)


@pytest.mark.slow
@given(st.lists(RECORDS, max_size=5), BLOCK)
def test_members_of_many_are_those_of_each(records: list[Record], days: dict[int, Record]) -> None:
    numbers = [packed_records.as_number(packed_records.packed(record)) for record in records]
    block = packed(days)
    of_each_day = [days.get(day, Record()) for day in range(DAYS)]

    assert packed_records.members(numbers) == [packed_records.member(number) for number in numbers]
    assert packed_records.members(numbers) == [(record.monitored, record.up) for record in records]
    assert packed_records.members_of_days(block) == [(day.monitored, day.up) for day in of_each_day]


def test_another_record_for_a_day_leaves_the_others() -> None:
    block = packed_records.with_record(None, 640, packed_records.packed(Record(1, 2, 3)))
    block = packed_records.with_record(block, 641, packed_records.packed(Record(4, 5, 6)))
    block = packed_records.with_record(block, 640, packed_records.packed(Record(7)))

    assert list(packed_records.records(packed_records.as_number(block)))[:3] == [
        Record(7),
        Record(4, 5, 6),
        Record(),
    ]


@pytest.mark.slow
@given(
    st.lists(
        st.lists(st.integers(0, 7200), min_size=HOURS, max_size=HOURS), min_size=10, max_size=10
    )
)
def test_hours_come_out_as_they_went_in(fields: list[list[int]]) -> None:
    found = packed_records.unpacked_hours(packed_records.packed_hours(tuple(map(tuple, fields))))

    assert [list(hour[:10]) for hour in found] == [list(hour) for hour in zip(*fields, strict=True)]


def test_hours_of_many_screens_are_added_hour_by_hour() -> None:
    one = tuple(tuple(field * 100 + hour for hour in range(HOURS)) for field in range(10))
    other = tuple((3600,) * HOURS for _ in range(10))
    adder = HourAdder()
    for hours in [one, *[other] * 1000]:
        adder.add(packed_records.hours_number(zlib.decompress(packed_records.packed_hours(hours))))

    assert [list(hour[:10]) for hour in adder.hours()] == [
        [3_600_000 + field * 100 + hour for field in range(10)] for hour in range(HOURS)
    ]
    assert packed_records.hour_members(zlib.decompress(packed_records.packed_hours(one)))[7] == (
        107,
        207,
    )


def test_a_screens_day_takes_no_more_than_a_kilobyte_at_its_worst() -> None:
    chance = Random(8)
    wild = tuple(tuple(chance.randrange(3601) for _ in range(HOURS)) for _ in range(10))
    usual = tuple(tuple(3600 if 8 <= hour < 22 else 0 for hour in range(HOURS)) for _ in range(10))

    # beside them a record twice, one of them within a block
    assert len(packed_records.packed_hours(wild)) + 2 * packed_records.RECORD.size < 1024
    assert len(packed_records.packed_hours(usual)) + 2 * packed_records.RECORD.size < 160


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ([], (None, None, None)),
        ([(0, 0)], (None, None, None)),
        ([(100, 95)], (100.0, 95.0, 95.0)),
        # nine screens all the time, one dead: the mean of 90 % hides it
        ([(100, 100)] * 9 + [(100, 0)], (90.0, 100.0, 0.0)),
        # of eleven the second from below
        ([(100, up) for up in range(11)], (0.0, 5.0, 1.0)),
        # half-way between 33.33 and 66.67
        ([(3, 1), (3, 2)], (0.0, 50.0, 33.33)),
        # 94.999 % is shown as 95.00 and doesn't meet 95 %
        ([(100_000, 94_999)], (0.0, 95.0, 95.0)),
        ([(0, 0), (100, 50)], (0.0, 50.0, 50.0)),
    ],
)
def test_the_spread_of_screens_around_a_figure(
    members: list[Member], found: tuple[float | None, ...]
) -> None:
    assert spread(members, Fraction(95)) == Spread(*found)


@pytest.mark.slow
@given(st.integers(0, 90_000), st.integers(0, 90_000), st.fractions(50, 100))
def test_one_screen_has_the_spread_of_one_of_many(
    monitored: int, less: int, target_pct: Fraction
) -> None:
    up = max(monitored - less, 0)

    assert spread_of_one(monitored, up, target_pct) == spread([(monitored, up)], target_pct)
