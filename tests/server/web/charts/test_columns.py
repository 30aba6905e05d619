"""Columns are as high as their figures, which are shown where people point."""

import re

import pytest
from markupsafe import Markup

from server.web.charts.chart import round_top, scale_of
from server.web.charts.columns import Band, Column, Layer, Shares, drawn, top_of

HALVES = [
    Column("one", (Layer("t-confirmed", 30), Layer("t-pending", 10)), "/there?a=1&b=2", level=50),
    Column("<two>", (Layer("t-confirmed", 20),), level=25),
]


def shapes(drawing: Markup, tone: str) -> list[dict[str, float]]:
    found = re.findall(rf'<(?:rect|line|circle) class="{tone}"([^>]*)>', drawing)
    return [
        {name: float(value) for name, value in re.findall(r'(\w+)="([\d.]+)%"', one)}
        for one in found
    ]


@pytest.mark.parametrize(
    ("most", "top"),
    [
        (0, 1),
        (1, 1),
        (1.1, 1.2),
        (3.5, 4),
        (23, 25),
        (25, 25),
        (51, 60),
        (6_160, 8_000),
        (0.27, 0.3),
    ],
)
def test_a_scale_ends_at_a_round_figure_that_holds_the_highest(most: float, top: float) -> None:
    assert round_top(most) == pytest.approx(top)


def test_a_scale_labels_its_middle_too() -> None:
    assert scale_of(5_000) == ("5,000", "2,500", "0")
    assert scale_of(5) == ("5", "2.5", "0")


def test_parts_are_stacked_from_the_ground_up() -> None:
    assert top_of(HALVES) == 50
    drawing = drawn(HALVES, 50)

    first, second = shapes(drawing, "t-confirmed")
    (waiting,) = shapes(drawing, "t-pending")
    assert (first["y"], first["height"]) == (40, 60)
    assert (second["y"], second["height"]) == (60, 40)
    assert (waiting["y"], waiting["height"]) == (20, 20)
    assert 0 < first["x"] < second["x"] < 100


def test_what_is_pending_is_hatched() -> None:
    assert drawn(HALVES, 50).count('class="t-pending"') == 1
    assert 'fill="url(#hatch-pending)"' in drawn(HALVES, 50)


def test_the_line_above_goes_in_steps_from_column_to_column() -> None:
    first, second, riser = shapes(drawn(HALVES, 50), "level")

    assert (first["x1"], first["x2"], first["y1"], first["y2"]) == (0, 50, 0, 0)
    assert (second["x1"], second["x2"], second["y1"]) == (50, 100, 50)
    assert (riser["x1"], riser["y1"], riser["y2"]) == (50, 0, 50)


def test_a_column_names_its_figures_and_leads_to_them_and_nothing_of_it_is_markup() -> None:
    drawing = drawn(HALVES, 50)

    assert '<a href="/there?a=1&amp;b=2" tabindex="-1"><title>one</title>' in drawing
    assert "<title>&lt;two&gt;</title>" in drawing


def test_a_rate_has_a_scale_of_its_own_and_a_gap_where_there_is_none() -> None:
    columns = [Column("", (), share=share) for share in (0.5, 1.0, None, 0.75)]
    drawing = drawn(columns, 1, (), Shares(0.5, 0.95))

    assert [one["cy"] for one in shapes(drawing, "rate") if "cy" in one] == [100, 0, 50]
    assert len([one for one in shapes(drawing, "rate") if "x1" in one]) == 1
    assert shapes(drawing, "target")[0]["y1"] == pytest.approx(10)


def test_a_band_of_a_moment_can_still_be_seen() -> None:
    (band,) = shapes(drawn(HALVES, 50, [Band(0.5, 0.5, "插播")]), "band")

    assert (band["x"], band["height"]) == (50, 100)
    assert band["width"] > 0
    assert "<title>插播</title>" in drawn(HALVES, 50, [Band(0.5, 0.5, "插播")])


def test_a_drawing_has_no_style_of_its_own_which_the_policy_would_refuse() -> None:
    drawing = drawn(HALVES, 50, [Band(0, 1, "x")], Shares(0, 0.9))

    assert "style" not in drawing
    assert "<script" not in drawing


def test_without_columns_there_is_an_empty_ground() -> None:
    assert shapes(drawn([], top_of([])), "grid")
