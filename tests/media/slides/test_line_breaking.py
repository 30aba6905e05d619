"""Chinese text is broken by the rules and set as large as it fits."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from media.slides.text.typesetting import (
    NOT_FIRST,
    NOT_LAST,
    Room,
    Style,
    TooMuchText,
    balanced,
    broken,
    fit,
    pieces,
)


def squares(text: str) -> float:
    """Widths as on squared paper: a Chinese sign one em, a Latin one half."""
    return sum(0.5 if sign.isascii() else 1.0 for sign in text)


TEXTS = st.lists(
    st.sampled_from(
        [
            *"市民接听陌生来电后转账",
            *"，。、；：！？）》”",
            *"（《“",
            " ",
            "96110",
            "4.8 万元",
            "400-820-8820",
            "Wi-Fi",
            "——",
            "……",
            "验证码",
        ]
    ),
    min_size=1,
    max_size=60,
).map("".join)


@pytest.mark.slow
@given(text=TEXTS, width=st.integers(4, 40))
def test_no_line_begins_with_closing_or_ends_with_opening_punctuation(
    text: str, width: int
) -> None:
    lines = broken(text, width, squares)
    assume(lines is not None)
    assert lines is not None

    for line in lines[1:]:
        assert line[0] not in NOT_FIRST
    for line in lines[:-1]:
        assert line.rstrip()[-1] not in NOT_LAST


@pytest.mark.slow
@given(text=TEXTS, width=st.integers(4, 40))
def test_nothing_is_lost_and_no_line_is_too_long(text: str, width: int) -> None:
    for lines in (broken(text, width, squares), balanced(text, width, squares)):
        if lines is not None:
            assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)
            assert all(squares(line) <= width for line in lines)


@pytest.mark.slow
@given(text=TEXTS, width=st.integers(4, 40))
def test_even_lines_are_as_few_as_greedy_ones(text: str, width: int) -> None:
    greedy, even = broken(text, width, squares), balanced(text, width, squares)

    assert (greedy is None) == (even is None)
    assert greedy is None or even is None or len(greedy) == len(even)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("请拨打96110咨询", "96110"),
        ("客服400-820-8820来电", "400-820-8820"),
        ("被骗 4.8 万元之后", "4.8 万元"),
        ("共 12起案件", "12起"),
        ("连上Wi-Fi再说", "Wi-Fi"),
        ("打开 https://a.example/b?c 看", "https://a.example/b"),
        ("不说验证码给人", "验证码"),
        ("立即转账给对方", "转账"),
        ("等等……好的", "……"),
    ],
)
def test_numbers_latin_words_and_common_words_stay_whole(text: str, kept: str) -> None:
    assert any(kept in piece for piece in pieces(text))


def test_a_piece_wider_than_the_line_is_not_torn() -> None:
    assert broken("400-820-8820", 3, squares) is None


def test_the_worked_example_of_the_page() -> None:
    text = "“客服”来电要求共享屏幕，4.8 万元存款被转走"

    assert broken(text, 13, squares) == ("“客服”来电要求共享屏幕，", "4.8 万元存款被转走")
    assert balanced(text, 15, squares) == ("“客服”来电要求共享屏幕，", "4.8 万元存款被转走")


def test_lines_break_where_the_speaker_pauses() -> None:
    assert balanced("先垫钱再返利的，都是诈骗", 9, squares) == ("先垫钱再返利的，", "都是诈骗")


def test_text_is_as_large_as_the_room_allows() -> None:
    room = Room(width=400, height=200, smallest=10, largest=200)

    fitted = fit(["一二三四五六七八"], room, squares, Style(leading=1.5))

    # Two lines of four signs: 100 px wide each would need 250 px of height; 80 px needs 200.
    assert fitted.size == 80
    assert fitted.paragraphs == (("一二三四五", "六七八"),)


@pytest.mark.slow
@given(text=TEXTS, width=st.integers(50, 600), height=st.integers(20, 400))
def test_fitted_text_stays_in_its_box(text: str, width: int, height: int) -> None:
    try:
        fitted = fit([text], Room(width, height, 10, 90), squares)
    except TooMuchText:
        return

    assert 10 <= fitted.size <= 90
    assert fitted.height <= height
    for lines in fitted.paragraphs:
        assert all(squares(line) * fitted.size <= width + 0.001 for line in lines)


def test_text_that_would_be_too_small_is_refused() -> None:
    with pytest.raises(TooMuchText):
        fit(["这些字太多了" * 20], Room(100, 40, 12, 40), squares)


def test_a_last_line_of_one_sign_is_avoided() -> None:
    fitted = fit(["一二三四五六七八九"], Room(80, 100, 10, 10), squares)

    assert fitted.paragraphs == (("一二三四", "五六七八九"),)
