"""Many hours are one path in steps; a curve goes through its points over its pace."""

import re

from server.web.charts import curve
from server.web.charts.curve import Point
from server.web.charts.steps import HOUR_S, area, steps


def test_hours_in_a_row_are_one_line_in_steps_as_wide_as_the_drawing() -> None:
    assert steps([0, HOUR_S], [5, 10], 10) == "M0.0 50.0H500.0V0.0H1000.0"


def test_an_hour_that_is_left_out_is_a_gap() -> None:
    path = steps([0, 3 * HOUR_S], [5, 10], 10)

    assert path.count("M") == 2
    assert path.endswith("H1000.0")


def test_nothing_is_an_empty_path() -> None:
    assert steps([], [], 1) == ""


def test_a_curve_ends_in_a_dot_at_the_present_and_its_pace_goes_on() -> None:
    drawing = curve.drawn([Point(0, 0), Point(0.5, 40)], [Point(0, 0), Point(1, 100)], 100, 0.5)

    assert 'class="rate" x1="0%" y1="100%" x2="50%" y2="60%"' in drawing
    assert 'class="pace-line" x1="0%" y1="100%" x2="100%" y2="0%"' in drawing
    assert re.findall(r'<circle class="rate" cx="([\d.]+)%" cy="([\d.]+)%"', drawing) == [
        ("50", "60")
    ]
    assert 'class="today" x1="50%"' in drawing


def test_an_area_is_closed_at_zero_and_before_each_gap() -> None:
    drawn = area([0, HOUR_S, 3 * HOUR_S], [5, 10, 5], 10)

    assert drawn == "M0.0 100V50.0H250.0V0.0H500.0V100ZM750.0 100V50.0H1000.0V100Z"
    assert area([], [], 1) == ""
