"""A range of figures as it is printed: a narrow column finds no place to break it."""

from server.foundation.i18n import range_text, share_text


def test_a_range_has_one_sign_and_no_place_to_break() -> None:
    assert range_text(share_text(0.98), share_text(0.981)) == "98.0–\u206098.1\u00a0%"


def test_a_range_of_one_figure_is_that_figure() -> None:
    assert range_text(share_text(0.98), share_text(0.98)) == share_text(0.98)
