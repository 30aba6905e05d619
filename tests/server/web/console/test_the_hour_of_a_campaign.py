"""The hour beside a campaign's form: drawn while one types, and why something won't fit."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.district.inventory import District
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.browser


def test_the_slider_shows_at_once_how_the_hour_fills(
    chen: Page, site: WebWorker, district: District
) -> None:
    chen.goto(f"{site.base}/campaigns/{district.campaigns['银行网点强化宣传']}/edit")
    hour = chen.locator("[data-hour]")
    expect(hour).to_contain_text("30 次")

    chen.locator("[data-target-slider]").focus()
    chen.keyboard.press("ArrowRight")

    expect(chen.locator('[name="target.value"]')).to_have_value("31")
    expect(hour).to_contain_text("31 次")
    chen.locator("[data-target-slider]").fill("120")
    expect(hour).to_contain_text("120 次")
    chen.locator('[name="target.value"]').fill("230")
    expect(hour).to_contain_text("需要让出")


def test_the_button_stays_where_it_is_while_the_hour_is_drawn_again(
    chen: Page, site: WebWorker, district: District
) -> None:
    chen.goto(f"{site.base}/campaigns/{district.campaigns['银行网点强化宣传']}/edit")
    save = chen.locator(".hour-card").get_by_role("button", name="保存")
    hour = chen.locator("[data-hour]")
    expect(hour).to_contain_text("30 次")
    before, height = save.bounding_box(), (hour.bounding_box() or {})["height"]

    chen.locator('[name="floor"]').fill("230")

    expect(hour.locator(".alert-danger")).to_be_visible()
    assert (hour.bounding_box() or {})["height"] != height
    assert save.bounding_box() == before


def test_a_share_of_the_time_is_given_in_per_cent(
    chen: Page, site: WebWorker, district: District
) -> None:
    chen.goto(f"{site.base}/campaigns/{district.campaigns['银行网点强化宣传']}/edit")
    hour = chen.locator("[data-hour]")
    expect(hour).to_contain_text("30 次")

    chen.locator('[name="target.kind"]').select_option("share_of_voice")
    field = chen.get_by_label("占比（%）", exact=True)
    expect(field).to_have_value("10")
    wanted = {"kind": "share_of_voice", "value": 0.15}
    with chen.expect_request(
        lambda one: one.url.endswith("/check") and one.post_data_json["target"] == wanted
    ):
        field.fill("15")

    chen.locator('[name="target.kind"]').select_option("longest_wait_s")
    expect(chen.get_by_label("秒数", exact=True)).to_be_visible()


def test_a_misfit_is_explained_in_words_with_the_change_that_would_fit(
    chen: Page, site: WebWorker, district: District
) -> None:
    chen.goto(f"{site.base}/campaigns/{district.campaigns['银行网点强化宣传']}/edit")
    hour = chen.locator("[data-hour]")
    expect(hour).to_contain_text("30 次")

    chen.locator('[name="floor"]').fill("230")

    reason = hour.locator(".alert-danger")
    expect(reason).to_contain_text("可用 48 分钟（另有 12 分钟留给点位自有内容）")
    expect(reason).to_contain_text("“年末反诈集中宣传”：每小时至少 6 次")
    expect(reason.locator(".change")).to_have_text(
        "把“银行网点强化宣传”的最低频次由每小时 230 次改为 219 次，就排得下。"
    )
    expect(chen.locator("[data-hour-line]")).to_contain_text("放不下")
    chen.locator('[name="floor"]').fill("219")
    expect(reason).to_have_count(0)


def test_each_play_of_the_hour_is_drawn(chen: Page, site: WebWorker, district: District) -> None:
    chen.goto(f"{site.base}/campaigns/{district.campaigns['银行网点强化宣传']}/edit")
    hour = chen.locator("[data-hour]")

    chen.locator('[name="target.value"]').fill("24")
    expect(hour).to_contain_text("24 次")

    starts = hour.locator("rect.slot-this").evaluate_all(
        "rects => rects.map(one => one.textContent).filter(text => text.endsWith('宣传'))"
    )
    # A play that goes on in the next row of ten minutes is drawn in both.
    assert 24 <= len(starts) <= 24 + 5
    assert "银行网点强化宣传" in starts[0]
