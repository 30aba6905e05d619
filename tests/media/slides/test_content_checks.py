"""Notices before sign-off: texts that must be flagged, and texts that must not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from media.errors import SlideInvalid
from media.slides import engine
from media.slides.checks.content_notices import last_day, notices
from media.slides.checks.expired_dates import expired
from media.slides.checks.reading_time import reading_s, signs
from media.slides.text.scam_list import scams

TODAY = date(2026, 11, 25)


def problems(
    template: str, duration_s: float = 60, today: date = TODAY, **changes: Any
) -> list[str]:
    """Refusals and notices, each as its pointer and code."""
    fields = engine.example(template) | changes
    asked = engine.template(template)["fields"]
    try:
        engine.check(template, fields)
    except SlideInvalid as error:
        return [f"{problem.pointer} refused" for problem in error.problems]
    return [f"{each.pointer} {each.code}" for each in notices(asked, fields, duration_s, today)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("有疑问请联系李警官 13812345678", "refused"),
        ("请拨打 0516-83712345 举报", "refused"),
        ("退款请致电 400-820-8820", "refused"),
        ("请拨打 12381 核实", "refused"),
        ("当事人身份证 320302198001011234", "refused"),
        ("证件号３２０３０２１９８００１０１１２３Ｘ", "refused"),
        ("点击 http://fz-110.top/a 查询", "refused"),
        ("登录 www.gongan-cx.com 自证清白", "refused"),
        ("活动有效期至2026年10月31日", "expired_date"),
        ("请于 2026-11-20 前到社区登记", "expired_date"),
        ("2025年12月1日至2026年1月31日开展集中宣传", "expired_date"),
        ("截止日期：2026.11.24", "expired_date"),
    ],
)
def test_such_a_text_is_flagged(text: str, why: str) -> None:
    assert problems("emergency", text=text) == [f"/fields/text {why}"]


@pytest.mark.parametrize(
    "text",
    [
        "被骗或正在转账，立即拨打 110",
        "接到 96110 来电，请立即接听",
        "12381 预警短信不含链接、无需回复",
        "被骗 13812 元，损失 4.8 万元",
        "全区止付 1234567 元，返还 320302 元",
        "2025年3月1日，王女士接到陌生来电",
        "数据截至2026年10月31日",
        "截至 2026-10-31，共劝阻 1,024 人",
        "活动有效期至2026年12月31日",
        "2026年11月25日前到社区登记",
        "每天 08:30—20:00 开放，周一至周五",
        "别连陌生 Wi-Fi，版本 2.0.1 也一样",
    ],
)
def test_such_a_text_is_not_flagged(text: str) -> None:
    assert problems("emergency", text=text) == []


@pytest.mark.parametrize("name", [each["name"] for each in engine.templates()])
def test_an_example_with_its_own_duration_gives_no_notice(name: str) -> None:
    assert problems(name, engine.template(name)["duration_s"]) == []


def test_a_slide_shown_shorter_than_its_reading_time_is_flagged() -> None:
    asked, fields = engine.template("emergency")["fields"], engine.example("emergency")
    needed = reading_s(asked, fields)

    assert problems("emergency", needed) == []
    assert problems("emergency", needed - 0.5) == ["/duration_s too_short"]


def test_reading_time_counts_signs_and_numbers_by_what_the_eye_takes_in() -> None:
    assert signs("转账 4.8 万元，拨打 96110！") == 2 + 1 + 2 + 2 + 2
    asked = engine.template("slogan")["fields"]
    lines = {"lines": ["未知链接不点击"] * 4, "publisher": "全民反诈　守护平安"}

    assert reading_s(asked, lines) == 7  # 28 signs at 5 a second, rounded up, and one to look up


def test_advice_takes_time_to_read_only_where_it_is_listed() -> None:
    asked, fields = engine.template("common_scams")["fields"], engine.example("common_scams")

    names = reading_s(asked, fields | {"detail": "只列名称"})
    all_of_it = reading_s(asked, fields | {"detail": "名称和提醒"})

    assert all_of_it - names == pytest.approx(sum(signs(s.advice) for s in scams()) / 5, abs=1)


@pytest.mark.parametrize(
    ("template", "field", "value", "codes"),
    [
        ("counter", "date", "2026-11-26", ["/fields/date future_date"]),
        ("counter", "date", "2026-08-25", []),
        ("counter", "date", "2026-08-24", ["/fields/date stale_date"]),
        ("case_bulletin", "date", "2025-11-25", []),
        ("case_bulletin", "date", "2025-11-24", ["/fields/date stale_date"]),
        ("weekly_tip", "week", "2026-12-07", []),
        ("weekly_tip", "week", "2026-11-01", ["/fields/week stale_date"]),
    ],
)
def test_dates_ahead_and_long_past_are_flagged(
    template: str, field: str, value: str, codes: list[str]
) -> None:
    assert problems(template, **{field: value}) == codes


def test_a_list_of_scams_older_than_a_year_is_flagged_where_it_is_shown() -> None:
    newest = min(last_day(scam.as_of) for scam in scams())

    in_time = date(newest.year + 1, newest.month, newest.day)
    assert problems("common_scams", today=in_time) == []
    assert problems("common_scams", today=date(newest.year + 2, 1, 1)) == [
        "/fields/scams old_scams"
    ]
    assert problems("slogan", today=date(newest.year + 2, 1, 1)) == []


@pytest.mark.parametrize(
    ("as_of", "day"),
    [
        ("2025", date(2025, 12, 31)),
        ("2025-12", date(2025, 12, 31)),
        ("2025-02", date(2025, 2, 28)),
        ("2025-06-30", date(2025, 6, 30)),
    ],
)
def test_a_list_is_of_a_year_a_month_or_a_day(as_of: str, day: date) -> None:
    assert last_day(as_of) == day


def test_an_end_is_reported_as_it_is_written() -> None:
    assert expired("有效期至2026年10月31日，逾期作废", TODAY) == ["2026年10月31日"]


def test_fields_that_are_half_typed_make_no_trouble() -> None:
    asked = engine.template("counter")["fields"]

    assert notices(asked, {"date": "2026-", "figures": None, "lead": 5}, 10, TODAY) == []
