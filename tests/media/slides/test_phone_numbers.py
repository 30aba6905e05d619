"""Only numbers on the allow-list get onto a screen, and no private data does."""

from __future__ import annotations

import pytest

from media.errors import SlideInvalid
from media.slides import engine
from media.slides.checks.phone_allowlist import (
    asks_to_dial_12381,
    has_identity_card,
    strange_numbers,
)


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("有疑问请拨打 13812345678", ["13812345678"]),
        ("１３８１２３４５６７８", ["13812345678"]),
        ("138-1234-5678", ["138-1234-5678"]),
        ("+86 138 1234 5678", ["+86 138 1234 5678"]),
        ("热线：021-62345678", ["021-62345678"]),
        ("热线（0512）62345678", ["0512)62345678"]),
        ("客服 400-820-8820", ["400-820-8820"]),
        ("联系电话：6234 5678", ["6234 5678"]),
        ("请拨打 119", ["119"]),
        ("市民热线12345", ["12345"]),
        ("银行客服 95588 来电", ["95588"]),
        ("call 911", ["911"]),
    ],
)
def test_numbers_that_are_not_on_the_list_are_found(text: str, strange: list[str]) -> None:
    assert strange_numbers(text) == strange


@pytest.mark.parametrize(
    "text",
    [
        "被骗或正在转账，立即拨打 110",
        "接到 96110 来电，请立即接听",
        "咨询、举报：96110",
        "12381 预警短信不含链接、无需回复",
        "损失 4.8 万元，止付 1234567 元",
        "涉案 95000 元，12345 人受骗",
        "2026年11月24日 08:30—20:00",
        "2026-11-24",
        "全区 3 起，同比下降 12.5%",
        "第 400 期简报",
    ],
)
def test_allowed_numbers_amounts_and_dates_are_no_strange_numbers(text: str) -> None:
    assert strange_numbers(text) == []


def test_an_office_may_allow_more_numbers() -> None:
    assert strange_numbers("热线 021-62345678", {"110", "02162345678"}) == []


@pytest.mark.parametrize("text", ["请拨打12381", "致电 12381 咨询", "打“12381”"])
def test_no_text_asks_to_dial_the_number_that_only_writes(text: str) -> None:
    assert asks_to_dial_12381(text)


def test_the_right_wording_about_12381_is_fine() -> None:
    assert not asks_to_dial_12381("12381 预警短信不含链接、无需回复")


def test_identity_cards_are_found() -> None:
    assert has_identity_card("身份证 11010519491231002X")
    assert not has_identity_card("编号 1234567890")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("有疑问请拨打 13812345678", "13812345678"),
        ("请拨打 12381 咨询", "只发预警短信"),
        ("身份证号 11010519491231002X", "身份证"),
    ],
)
def test_a_slide_with_such_a_text_is_refused_in_words(text: str, words: str) -> None:
    fields = engine.example("emergency") | {"text": text}

    with pytest.raises(SlideInvalid) as caught:
        engine.render("emergency", fields, 1920, 1080)

    assert [each["pointer"] for each in caught.value.errors] == ["/fields/text"]
    assert words in caught.value.errors[0]["detail"]
