"""Signs are as high as the farthest viewers need."""

from __future__ import annotations

import pytest

from media.errors import SlideInvalid
from media.slides import engine
from media.slides.canvas import Canvas
from media.slides.checks.legibility import Viewing


@pytest.mark.parametrize(
    ("distance_m", "pitch_mm", "least_px"),
    [(8, 4, 12), (30, 10, 18), (5, 0.5, 59), (100, 16, 37), (2, 10, 2)],
)
def test_a_sign_spans_twenty_minutes_of_arc(
    distance_m: float, pitch_mm: float, least_px: int
) -> None:
    assert Viewing(distance_m, pitch_mm).least_px == least_px


def test_no_sign_is_smaller_than_pixels_can_draw() -> None:
    assert Canvas(960, 160, viewing=Viewing(2, 10)).smallest_px == 12


def test_text_that_can_not_be_read_from_there_is_refused() -> None:
    fields = engine.example("case_bulletin")

    near = engine.drawn("case_bulletin", fields, 960, 540, viewing=Viewing(8, 4))
    assert min(written.size for written in near.written) >= 12
    with pytest.raises(SlideInvalid):
        engine.drawn("case_bulletin", fields, 960, 540, viewing=Viewing(60, 4))


def test_a_short_headline_is_still_shown_there() -> None:
    fields = {"lines": ["不转账"]}

    canvas = engine.drawn("slogan", fields, 960, 540, viewing=Viewing(60, 4))

    assert min(written.size for written in canvas.written) >= 88
