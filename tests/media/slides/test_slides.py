"""Fields become readable slides of any size, or sentences with the needed change."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from media.errors import SlideInvalid
from media.slides import engine
from media.slides.canvas import Canvas
from media.slides.palette import contrast
from media.slides.rect import Box
from media.slides.text.scam_list import scams

pytestmark = pytest.mark.slow

NAMES = [each["name"] for each in engine.templates()]
LARGE = [(1920, 1080), (1080, 1920), (1024, 768), (1080, 1080), (1080, 1440), (640, 360)]
STRIPS = [(960, 160), (512, 128), (768, 128), (384, 64), (256, 64)]
SHAPES = LARGE + STRIPS
FIELD_KEYS = {"name", "type", "required", "example", "label", "label_en"}
TEN = {
    "刷单返利",
    "虚假网络投资理财",
    "虚假购物服务",
    "冒充电商物流客服",
    "贷款征信类",
    "冒充领导熟人",
    "冒充公检法及政府机关",
    "网络婚恋交友",
    "网络游戏产品虚假交易",
    "机票退改签",
}


def opened(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png)) as picture:
        picture.load()
        return picture


def wrong(name: str, **changes: Any) -> list[dict[str, str]]:
    """The refusals of an example with these changes."""
    with pytest.raises(SlideInvalid) as caught:
        engine.check(name, engine.example(name) | changes)
    return caught.value.errors


def test_there_are_the_seven_templates_with_chinese_and_english_titles() -> None:
    titles = {each["name"]: (each["title"], each["title_en"]) for each in engine.templates()}

    assert titles == {
        "case_bulletin": ("案情通报", "Case bulletin"),
        "common_scams": ("常见诈骗类型", "Common scams"),
        "slogan": ("宣传标语", "Slogan"),
        "hotlines": ("热线卡", "Hotlines"),
        "emergency": ("紧急提醒", "Emergency notice"),
        "counter": ("数据播报", "Figures so far"),
        "weekly_tip": ("每周提醒", "Weekly tip"),
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_described(name: str) -> None:
    for field in engine.template(name)["fields"]:
        assert set(field) >= FIELD_KEYS
        assert field["type"] in ("text", "list", "number", "date", "choice", "phone", "url")
        if field["type"] in ("text", "list"):
            assert field["max_length"] > 0


@pytest.mark.parametrize("name", NAMES)
def test_a_slide_is_a_png_of_exactly_the_size_asked_for(name: str) -> None:
    picture = opened(engine.render(name, engine.example(name), 641, 359))

    assert picture.format == "PNG"
    assert picture.size == (641, 359)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("width", "height"), SHAPES)
def test_all_words_of_the_example_are_in_the_safe_area_at_a_legible_size(
    name: str, width: int, height: int
) -> None:
    canvas = engine.drawn(name, engine.example(name), width, height)

    assert canvas.image.size == (width, height)
    assert canvas.written
    for written in canvas.written:
        assert _inside(written.box, canvas.safe), written
        assert written.size >= canvas.smallest_px


def _inside(box: Box, safe: Box) -> bool:
    slack = 1.5  # rounding of whole pixels
    return (
        box.left >= safe.left - slack
        and box.top >= safe.top - slack
        and box.right <= safe.right + slack
        and box.bottom <= safe.bottom + slack
    )


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("width", "height"), SHAPES)
def test_words_of_a_slide_do_not_overlap(name: str, width: int, height: int) -> None:
    canvas = engine.drawn(name, engine.example(name), width, height)
    assert_apart(canvas)


def assert_apart(canvas: Canvas) -> None:
    """No two texts overlap."""
    boxes = [written.box for written in canvas.written]
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            apart = (
                one.right <= other.left + 1
                or other.right <= one.left + 1
                or one.bottom <= other.top + 1
                or other.bottom <= one.top + 1
            )
            assert apart, (one, other)


@pytest.mark.parametrize(("width", "height"), SHAPES)
def test_slogans_that_need_two_rows_a_line_do_not_overlap(width: int, height: int) -> None:
    for length in (7, 8, 10, 12):
        lines = ["全民反诈在行动守住钱袋子"[:length], "守住钱袋子", "幸福一辈子"]
        assert_apart(engine.drawn("slogan", {"lines": lines, "colour": "红色"}, width, height))


@pytest.mark.parametrize("name", NAMES)
def test_every_text_differs_enough_from_its_actual_background(name: str) -> None:
    fields = engine.example(name)
    full = engine.drawn(name, fields, 960, 540)
    ground = engine.drawn(name, fields, 960, 540, wordless=True).image

    for written in full.written:
        area = tuple(round(side) for side in written.box.corners)
        behind = ground.crop(area).getpixel((0, 0))
        ink = _farthest(full.image.crop(area), behind)
        assert contrast(ink, behind) >= 4.5, written  # type: ignore[arg-type] # RGB


def _farthest(picture: Image.Image, ground: Any) -> tuple[int, int, int]:
    """The colour of the strokes: the one that differs most from the ground."""
    colours = picture.getcolors(maxcolors=1_000_000)
    assert colours
    ink = max((colour for _, colour in colours), key=lambda c: contrast(c, ground))  # type: ignore[arg-type,type-var] # RGB
    assert isinstance(ink, tuple)
    return ink  # type: ignore[return-value] # RGB


def test_the_same_fields_give_the_same_bytes() -> None:
    made = {engine.render("slogan", engine.example("slogan"), 640, 360) for _ in range(2)}

    assert len(made) == 1


def test_colours_can_be_chosen() -> None:
    fields = engine.example("slogan")

    blue = engine.render("slogan", fields | {"colour": "蓝色"}, 320, 180)
    red = engine.render("slogan", fields | {"colour": "红色"}, 320, 180)

    assert blue != red


def test_the_ten_common_scams_are_the_default() -> None:
    assert {scam.name for scam in scams()} == TEN
    assert set(engine.example("common_scams")["scams"]) == TEN
    assert all(scam.trick and scam.advice and scam.source and scam.as_of for scam in scams())


def test_fewer_scams_make_a_slide_as_well() -> None:
    fields = engine.example("common_scams") | {"scams": ["刷单返利", "机票退改签", "贷款征信类"]}

    assert opened(engine.render("common_scams", fields, 1280, 720)).size == (1280, 720)


def test_the_hotlines_state_exactly_what_each_number_is_for() -> None:
    canvas = engine.drawn("hotlines", {}, 1080, 1920)

    text = "".join(written.text.replace("\n", "") for written in canvas.written)
    for sentence in (
        "被骗或正在转账，立即拨打",
        "接到 96110 来电，请立即接听咨询、举报：96110",
        "12381 预警短信不含链接、无需回复",
    ):
        assert sentence in text
    sizes = {written.text: written.size for written in canvas.written}
    assert sizes["110"] > sizes["96110"] > sizes["12381 预警短信"]


def test_too_much_text_for_a_small_strip_is_explained() -> None:
    fields = engine.example("case_bulletin") | {"title": "很长的标题" * 7}

    with pytest.raises(SlideInvalid) as caught:
        engine.render("case_bulletin", fields, 128, 32)

    assert caught.value.errors[0]["pointer"] == "/fields/title"
    assert "放不下" in caught.value.errors[0]["detail"]


def test_the_longest_fields_allowed_fit_a_full_hd_screen() -> None:
    for name in NAMES:
        fields = {field["name"]: _longest(field) for field in engine.template(name)["fields"]}
        for width, height in ((1920, 1080), (1080, 1920)):
            engine.check(name, fields)
            assert engine.drawn(name, fields, width, height).written


def _longest(field: dict[str, Any]) -> Any:
    if field["type"] == "text":
        return "字" * field["max_length"]
    if field.get("holds") == "figure":
        return ["字" * (field["max_length"] - 8) + " 9,999 人"] * field["max_items"]
    if field["type"] == "list" and "choices" not in field:
        return ["字" * field["max_length"]] * field["max_items"]
    return field["example"]


@pytest.mark.parametrize(("width", "height"), [(0, 100), (31, 100), (100, 9000), (8000, 8000)])
def test_an_impossible_size_is_explained(width: int, height: int) -> None:
    with pytest.raises(SlideInvalid) as caught:
        engine.render("slogan", engine.example("slogan"), width, height)

    assert caught.value.errors[0]["pointer"] in ("/width", "/height")


def test_an_unknown_template_is_explained() -> None:
    with pytest.raises(SlideInvalid) as caught:
        engine.check("../../etc", {})

    assert caught.value.errors == [{"pointer": "/template", "detail": "没有这个模板。"}]


def test_a_missing_field_is_named() -> None:
    assert wrong("emergency", title="") == [
        {"pointer": "/fields/title", "detail": "请填写“标题”。"}
    ]


def test_what_only_wants_a_tick_is_asked_for_by_its_words() -> None:
    assert wrong("case_bulletin", cleared="") == [
        {
            "pointer": "/fields/cleared",
            "detail": "发布前请勾选“已隐去当事人信息、不涉及侦查秘密”。",
        }
    ]


def test_an_unknown_field_is_named() -> None:
    assert wrong("slogan", html="<b>")[0]["pointer"] == "/fields/html"


def test_text_that_is_too_long_reports_how_long_it_may_be() -> None:
    faults = wrong("emergency", title="字" * 25)

    assert faults == [
        {"pointer": "/fields/title", "detail": "最多 24 个字，现在是 25 个，请缩短。"}
    ]


def test_each_wrong_item_of_a_list_is_pointed_at() -> None:
    faults = wrong("slogan", lines=["好", "字" * 17, "拨打 13812345678"])

    assert [each["pointer"] for each in faults] == ["/fields/lines/1", "/fields/lines/2"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"lines": "一句"}, "/fields/lines"),
        ({"lines": ["一"] * 7}, "/fields/lines"),
        ({"lines": [1]}, "/fields/lines/0"),
        ({"colour": "紫色"}, "/fields/colour"),
        ({"colour": ["蓝色"]}, "/fields/colour"),
        ({"publisher": 5}, "/fields/publisher"),
        ({"publisher": "派出所\u202e"}, "/fields/publisher"),
        ({"publisher": "派出所\x00"}, "/fields/publisher"),
        ({"publisher": "加油😀"}, "/fields/publisher"),
    ],
)
def test_values_of_the_wrong_kind_are_reported(changes: dict[str, Any], pointer: str) -> None:
    assert [each["pointer"] for each in wrong("slogan", **changes)] == [pointer]


@pytest.mark.parametrize("value", ["2026-02-30", "昨天", 20261120, ""])
def test_a_date_must_be_one(value: object) -> None:
    assert wrong("emergency", date=value)[0]["pointer"] == "/fields/date"


def test_a_bulletin_must_be_cleared_before_issue() -> None:
    assert wrong("case_bulletin", cleared=None)[0]["pointer"] == "/fields/cleared"


def test_problems_are_reported_in_english_too() -> None:
    with pytest.raises(SlideInvalid) as caught:
        engine.check("emergency", engine.example("emergency") | {"title": ""})

    assert [one.detail_en for one in caught.value.problems] == ["Fill in “Headline”."]
