"""Input typed in a campaign's form is there again after the network, or the page, was lost."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.support.district.inventory import District
from tests.support.district.visits import sign_in
from tests.support.processes.web_worker import WebWorker

pytestmark = [pytest.mark.browser, pytest.mark.long]

NAME = "没有网络时写的任务"


def loses_the_network(page: Page) -> None:
    def cut(route: Route) -> None:
        if route.request.method == "POST" and route.request.url.endswith("/api/v1/campaigns"):
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page.route("**/api/v1/campaigns", cut)


def writes_a_campaign(page: Page, site: WebWorker, here: District) -> None:
    asset = here.assets["遇到诈骗这样做"]
    page.goto(f"{site.base}/campaigns/new?asset={asset}")
    page.get_by_label("名称", exact=True).fill(NAME)
    page.locator("[data-asset]").nth(1).check()
    page.get_by_label("医院", exact=True).check()
    page.get_by_label("结束日期（含）", exact=True).fill("2026-12-31")


def test_nothing_is_lost_with_the_network_or_the_page(
    browser: Browser, site: WebWorker, district: District
) -> None:
    chen = sign_in(browser, site, "chen", locale="zh-CN")
    writes_a_campaign(chen, site, district)
    loses_the_network(chen)
    chen.get_by_role("button", name="保存", exact=True).click()
    expect(chen.get_by_role("alert")).to_contain_text("网络不通，没有保存")
    expect(chen.get_by_label("名称", exact=True)).to_have_value(NAME)

    # The page is closed and opened again, by then without what the address had.
    chen.unroute("**/api/v1/campaigns")
    chen.goto(f"{site.base}/campaigns/new")
    expect(chen.get_by_text("未保存的内容。")).to_be_visible()
    expect(chen.get_by_label("名称", exact=True)).to_have_value(NAME)
    expect(chen.get_by_label("医院", exact=True)).to_be_checked()
    expect(chen.locator("[data-asset]:checked")).to_have_count(2)
    chen.get_by_role("button", name="保存", exact=True).click()
    chen.wait_for_url("**/campaigns/k_*")
    expect(chen.get_by_role("heading", name=NAME, level=1)).to_be_visible()

    # Saved, it doesn't come back any more.
    chen.goto(f"{site.base}/campaigns/new")
    expect(chen.get_by_label("名称", exact=True)).to_have_value("")
    expect(chen.locator(".kept-draft")).to_have_count(0)


def test_it_is_thrown_away_when_nobody_wants_it(
    browser: Browser, site: WebWorker, district: District
) -> None:
    chen = sign_in(browser, site, "chen", locale="zh-CN")
    writes_a_campaign(chen, site, district)
    chen.goto(f"{site.base}/campaigns/new")  # at once: the last word was typed just now
    chen.get_by_role("button", name="丢弃").click()
    expect(chen.get_by_label("名称", exact=True)).to_have_value("")
    chen.goto(f"{site.base}/campaigns/new")

    expect(chen.locator(".kept-draft")).to_have_count(0)


def test_a_picture_to_pass_on_is_saved_under_the_assets_name(
    browser: Browser, site: WebWorker, district: District
) -> None:
    chen = sign_in(browser, site, "chen", locale="zh-CN", accept_downloads=True)
    chen.goto(f"{site.base}/media/{district.assets['反诈短片.mp4']}")
    with chen.expect_download() as waiting:
        chen.get_by_role("button", name="3:4").click()

    assert waiting.value.suggested_filename == "反诈短片 3x4.jpg"
