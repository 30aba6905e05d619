"""English has "1 screen" and "2 screens"; names given by people stay as they are."""

import pytest
from markupsafe import Markup

from server.foundation.counted_texts import Counted, CountedMarkup


@pytest.mark.parametrize(
    ("sentence", "values", "text"),
    [
        (
            "{screens} screens in {venues} venues",
            {"screens": 1, "venues": 2},
            "1 screen in 2 venues",
        ),
        ("{n} screens", {"n": 21}, "21 screens"),
        ("{n} screens", {"n": "1"}, "1 screen"),
        ("{n} more venues were closed", {"n": 1}, "1 more venue was closed"),
        ("{n} working days", {"n": 1}, "1 working day"),
        ("{name} screens {n} venues", {"name": "Line 1", "n": 1}, "Line 1 screens 1 venue"),
        ("{n} 块显示屏", {"n": 1}, "1 块显示屏"),
    ],
)
def test_nouns_and_verbs_agree_with_their_figures(
    sentence: str, values: dict[str, int | str], text: str
) -> None:
    assert Counted(sentence).format(**values) == text


def test_figures_without_names_count_in_their_order() -> None:
    assert Counted("{}: {} days left of {} days").format("A", 1, 2) == "A: 1 day left of 2 days"


def test_a_template_escapes_its_values() -> None:
    text = CountedMarkup("{name}: {n} plays").format(name="<b>", n=1)

    assert text == Markup("&lt;b&gt;: 1 play")


def test_a_template_writes_thousands_with_commas_and_leaves_other_values_alone() -> None:
    text = CountedMarkup("{n} plays of {day}, {rate}").format(n=60_000, day="2026", rate=0.15)

    assert text == "60,000 plays of 2026, 0.15"
    assert CountedMarkup("共 {n} 次").format(n=1_234_567) == "共 1,234,567 次"
