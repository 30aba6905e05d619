"""The transport officer: which buses are dark today and since when, in two clicks; taking over."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from server.foundation.public_ids import number
from tests.support.district.served import serving_district
from tests.support.district.story import found
from tests.support.district.visits import sign_in
from tests.support.monitoring.fleet import make_fleet
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebWorker]:
    here = found(tmp_path_factory.mktemp("fleet"))
    make_fleet(here.world, number("unit", here.units["交通运输分局"]))
    with serving_district(here) as worker:
        yield worker


@pytest.fixture
def zhao(browser: Browser, site: WebWorker) -> Iterator[Page]:
    page = sign_in(browser, site, "zhao", locale="zh-CN")
    yield page
    page.context.close()


def test_two_clicks_from_the_overview(zhao: Page, site: WebWorker) -> None:
    zhao.goto(f"{site.base}/")
    zhao.get_by_role("link", name="断联显示屏").click()
    expect(zhao.locator("main")).to_contain_text("3 路：2 辆车 3 块屏断联，最早始于 11-19 16:40")
    zhao.get_by_role("link", name="3 路：2 辆车").click()
    zhao.wait_for_url("**line_id=**")

    rows = zhao.locator(".dark-rows > li")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("最近联系 11-19 16:40")
    expect(rows.nth(1)).to_contain_text("苏C·3012")
    assert rows.nth(1).inner_text().count("最近联系 07:12") == 2


@pytest.mark.long
def test_the_same_by_keyboard(zhao: Page, site: WebWorker) -> None:
    zhao.goto(f"{site.base}/uptime")
    zhao.get_by_role("link", name="3 路：2 辆车").focus()
    zhao.keyboard.press("Enter")
    zhao.wait_for_url("**line_id=**")

    expect(zhao.locator(".dark-rows > li")).to_have_count(2)


def test_an_incident_is_taken_over_and_given_a_cause(zhao: Page, site: WebWorker) -> None:
    zhao.goto(f"{site.base}/uptime")
    zhao.get_by_role("button", name="接手 3 路 苏C·3012 前屏").click()
    zhao.wait_for_load_state("networkidle")
    row = zhao.locator(".incident", has_text="苏C·3012 前屏")
    row.get_by_text("处理中").wait_for()
    row.locator("summary").click()
    row.get_by_label("原因").select_option(label="停电或电源故障")
    row.get_by_label("负责人").select_option(label="赵敏")
    row.get_by_role("button", name="保存").click()

    row.get_by_text("停电或电源故障 · 赵敏").wait_for()


@pytest.mark.long
def test_what_waits_leads_to_the_faults_and_a_choice_is_taken_back(
    zhao: Page, site: WebWorker
) -> None:
    zhao.goto(site.base)
    zhao.get_by_role("link", name="故障待接手").click()
    row = zhao.locator(".incident", has_text="苏C·3012").first
    row.locator("summary").click()
    row.get_by_label("原因").select_option("network")
    row.get_by_role("button", name="保存").click()
    zhao.locator(".incident", has_text="网络故障 · 未指派").wait_for()

    row.locator("summary").click()
    row.get_by_label("原因").select_option("")
    row.get_by_role("button", name="保存").click()

    zhao.locator(".incident", has_text="网络故障 · 未指派").wait_for(state="detached")
    expect(row).to_contain_text("原因未填")


@pytest.mark.long
def test_a_repair_order_fits_the_paper_and_a_phone(zhao: Page, site: WebWorker) -> None:
    zhao.goto(f"{site.base}/incidents/orders")
    expect(zhao.locator(".slip")).to_have_count(3)
    expect(zhao.locator(".slip").first).to_contain_text("报修单 BX")
    for path in ("/incidents", "/incidents/orders"):
        zhao.set_viewport_size({"width": 390, "height": 844})
        zhao.goto(f"{site.base}{path}")
        assert zhao.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    zhao.emulate_media(media="print")
    expect(zhao.locator("[data-print]")).to_be_hidden()
