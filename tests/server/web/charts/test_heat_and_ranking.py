"""Shades go by the share, bars are as long as their figures."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from server.web.charts import heat
from server.web.charts.columns import Layer
from server.web.charts.heat import HeatCell, shade
from server.web.charts.ranking import bar


@pytest.mark.parametrize(
    ("share", "css_class"),
    [(None, "heat-none"), (0, "heat-0"), (0.5, "heat-1"), (0.95, "heat-4"), (1, "heat-5")],
)
def test_a_share_has_a_shade(share: float | None, css_class: str) -> None:
    assert shade(share) == css_class


STYLES = Path(heat.__file__).parents[1] / "static/console/charts.css"
APART = 6
"""Least difference of CIE lightness (0 to 100) at which neighbouring greys are distinguished."""


def lightness(colour: str) -> float:
    """CIE L* of `#rrggbb`, which is all that grey paper keeps of it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
    )
    return 116 * (0.2126 * red + 0.7152 * green + 0.0722 * blue) ** (1 / 3) - 16


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_shades_follow_each_other_in_lightness_so_that_they_hold_on_grey_paper(scheme: str) -> None:
    scale = STYLES.read_text("utf-8").split("--heat-0: ")[("light", "dark").index(scheme) + 1]
    greys = [
        lightness(colour) for colour in re.findall("#[0-9a-f]{6}", scale)[: len(heat.LIMITS) + 1]
    ]

    steps = [later - former for former, later in pairwise(greys)]
    assert min(map(abs, steps)) >= APART, greys
    assert len({step > 0 for step in steps}) == 1, greys


def test_cells_fill_the_whole_and_name_what_they_are() -> None:
    drawing = heat.drawn([[HeatCell(1, "a"), HeatCell(None, "b", "/c")], [HeatCell(0.4, "d")] * 2])

    assert re.findall(r'x="(\d+)%" y="(\d+)%" width="50%" height="50%"', drawing) == [
        ("0", "0"),
        ("50", "0"),
        ("0", "50"),
        ("50", "50"),
    ]
    assert '<a href="/c" tabindex="-1"><title>b</title>' in drawing


def test_parts_of_a_bar_are_beside_each_other_and_leave_what_is_left() -> None:
    drawing = bar([Layer("t-confirmed", 3), Layer("t-pending", 1)], 8, target=0.95)

    assert re.findall(r'class="(t-\w+)" x="([\d.]+)%" y="0%" width="([\d.]+)%"', drawing) == [
        ("t-confirmed", "0", "37.5"),
        ("t-pending", "37.5", "12.5"),
    ]
    assert 'class="target" x1="95%"' in drawing


def test_a_bar_of_nothing_is_empty() -> None:
    assert "t-confirmed" not in bar([Layer("t-confirmed", 0)], 0)
