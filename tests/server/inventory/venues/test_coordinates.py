"""Points of Chinese maps are turned into WGS-84."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.inventory.venues.fields.coordinates import Point, to_wgs84, wgs84_to_gcj02

IN_CHINA = st.builds(Point, st.floats(18.2, 53.5), st.floats(73.6, 134.7))
OUTSIDE = st.builds(Point, st.floats(-60, 0), st.floats(-180, 180))


def metres(a: Point, b: Point) -> float:
    north = (a.lat - b.lat) * 111_320
    east = (a.lon - b.lon) * 111_320 * math.cos(math.radians(a.lat))
    return math.hypot(north, east)


def test_the_shift_has_its_published_value_in_beijing() -> None:
    shown = wgs84_to_gcj02(Point(39.915, 116.404))

    assert shown.lat == pytest.approx(39.91640428150164, abs=1e-9)
    assert shown.lon == pytest.approx(116.41024449916938, abs=1e-9)


def test_a_point_of_baidu_is_turned_twice() -> None:
    through_gcj02 = to_wgs84(Point(39.90865673957631, 116.39762729119315), "gcj02")

    assert metres(to_wgs84(Point(39.915, 116.404), "bd09"), through_gcj02) < 0.01


@given(IN_CHINA)
def test_the_way_back_is_exact_to_a_centimetre(point: Point) -> None:
    assert metres(to_wgs84(wgs84_to_gcj02(point), "gcj02"), point) < 0.01


@pytest.mark.slow
@given(IN_CHINA)
def test_the_shift_is_some_hundred_metres(point: Point) -> None:
    assert 10 < metres(wgs84_to_gcj02(point), point) < 1_500


@given(OUTSIDE)
def test_outside_china_nothing_is_shifted(point: Point) -> None:
    assert to_wgs84(point, "gcj02") == point


@given(IN_CHINA)
def test_wgs84_stays_as_it_is(point: Point) -> None:
    assert to_wgs84(point, "wgs84") == point
