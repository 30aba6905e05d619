"""Web addresses on slides lead to allow-listed pages only, and QR codes name their owner."""

from __future__ import annotations

from typing import Any

import pytest

from media.errors import SlideInvalid
from media.slides import engine, qr_code
from media.slides.canvas import Canvas
from media.slides.checks.allowlist import Allowed
from media.slides.checks.url_allowlist import leads_to, strange_addresses
from media.slides.palette import PAPER
from media.slides.rect import Box
from media.slides.text.typesetting import TooMuchText

PAGE = "https://fz.example.gov.cn/anti-fraud"
OFFICE = Allowed(pages=(PAGE,))


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("打开 http://fz-example.top/a?b=1，领取", ["http://fz-example.top/a?b=1"]),
        ("登录www.example.com查看", ["www.example.com"]),
        ("访问 Example.CN。", ["Example.CN"]),
        ("ｗｗｗ．ｅｘａｍｐｌｅ．ｃｏｍ", ["www.example.com"]),
        ("扫码进 t.cn/A6x", ["t.cn/A6x"]),
        ("https://fz.example.gov.cn.evil.top/", ["https://fz.example.gov.cn.evil.top/"]),
    ],
)
def test_addresses_that_are_not_on_the_list_are_found(text: str, strange: list[str]) -> None:
    assert strange_addresses(text, [PAGE]) == strange


@pytest.mark.parametrize(
    "text",
    [
        "损失 4.8 万元",
        "Wi-Fi.不要乱连",
        "版本 v2.0.1",
        "未知链接不点击",
        f"详见 {PAGE}/weekly",
        "详见 fz.example.gov.cn/anti-fraud",
    ],
)
def test_figures_and_listed_pages_are_no_strange_addresses(text: str) -> None:
    assert strange_addresses(text, [PAGE]) == []


@pytest.mark.parametrize(
    ("address", "well"),
    [
        (PAGE, True),
        (f"{PAGE}/", True),
        (f"{PAGE}/a?b=1", True),
        ("http://fz.example.gov.cn/anti-fraud", False),
        ("https://fz.example.gov.cn/anti-fraudulent", False),
        ("https://fz.example.gov.cn/", False),
        (f"{PAGE}/../x", False),
        ("https://fz.example.gov.cn@evil.top/anti-fraud", False),
        ("https://fz.example.gov.cn:8443/anti-fraud", False),
        ("https://fz.example.gov.cn.evil.top/anti-fraud", False),
        ("https://fz.example.gov.cn\\@evil.top/anti-fraud", False),
        ("https://fz.exаmple.gov.cn/anti-fraud", False),
        ("javascript:alert(1)", False),
    ],
)
def test_only_a_listed_page_and_pages_below_it_are_linked(address: str, well: bool) -> None:
    assert leads_to(address, [PAGE]) is well


def hotlines(**fields: Any) -> dict[str, Any]:
    return engine.example("hotlines") | fields


@pytest.mark.parametrize(
    ("fields", "allowed", "pointer"),
    [
        ({"page": PAGE, "owner": "区反诈中心"}, Allowed(), "/fields/page"),
        ({"page": "https://evil.top/", "owner": "区反诈中心"}, OFFICE, "/fields/page"),
        ({"page": PAGE}, OFFICE, "/fields/owner"),
        ({"page": 7, "owner": "区反诈中心"}, OFFICE, "/fields/page"),
        ({"page": f"{PAGE}/{'a' * 200}", "owner": "区反诈中心"}, OFFICE, "/fields/page"),
    ],
)
def test_a_code_needs_a_listed_page_and_its_owner(
    fields: dict[str, Any], allowed: Allowed, pointer: str
) -> None:
    with pytest.raises(SlideInvalid) as caught:
        engine.check("hotlines", hotlines(**fields), allowed)

    assert [each["pointer"] for each in caught.value.errors] == [pointer]


@pytest.mark.parametrize(
    ("width", "height"), [(1920, 1080), (1080, 1920), (1024, 768), (1080, 1080)]
)
def test_a_hotline_card_with_a_code_names_its_owner(width: int, height: int) -> None:
    fields = hotlines(page=PAGE, owner="区反电信网络诈骗中心")

    canvas = engine.drawn("hotlines", fields, width, height)

    text = "".join(written.text for written in canvas.written).replace("\n", "")
    assert "扫码进入区反电信网络诈骗中心" in text
    plain = engine.drawn("hotlines", hotlines(), width, height)
    assert canvas.image.tobytes() != plain.image.tobytes()


def test_a_code_is_drawn_in_whole_pixels_with_its_quiet_zone() -> None:
    canvas = Canvas(800, 300)

    square = qr_code.code(canvas, Box(20, 20, 760, 260), PAGE, "区反诈中心", PAPER)

    area = canvas.image.crop(tuple(round(side) for side in square.corners))  # type: ignore[arg-type] # four
    assert {colour for _, colour in area.getcolors()} == {(255, 255, 255), (14, 15, 18)}  # type: ignore[union-attr] # few
    dark = area.convert("L").point(lambda shade: 255 if shade < 128 else 0)
    left, top, right, bottom = dark.getbbox() or (0, 0, 0, 0)
    module = left / qr_code.QUIET
    assert module == int(module) >= qr_code.SMALLEST_MODULE_PX
    assert (left, top) == (area.width - right, area.height - bottom)


def test_a_code_that_would_be_too_fine_is_refused() -> None:
    with pytest.raises(TooMuchText):
        qr_code.code(Canvas(100, 100), Box(0, 0, 80, 40), PAGE, "区反诈中心", PAPER)
