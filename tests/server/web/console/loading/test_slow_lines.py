"""On a slow line a page is seen before its scripts are there: no click is lost or leads astray."""

import re

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.support.devices.rendered_page import first_of
from tests.support.district.inventory import District
from tests.support.district.visits import sign_in
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.browser


def test_a_click_before_the_scripts_are_there_does_nothing_and_one_after_them_its_action(
    browser: Browser, site: WebWorker, district: District
) -> None:
    page = sign_in(browser, site, "chen", locale="zh-CN")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/main*.js*", hold, times=1)
    campaign = f"{site.base}/campaigns/{district.campaigns['银行网点强化宣传']}"
    page.goto(campaign, wait_until="commit")
    copy = page.get_by_role("button", name="复制")
    copy.wait_for()
    expect(copy).to_have_css("pointer-events", "none")  # its style is there
    box = copy.bounding_box()
    assert box is not None

    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(500)
    script = first_of(page, "the script", held)
    assert (page.url, len(held)) == (campaign, 1)

    script.continue_()
    copy.click()
    page.wait_for_url(
        lambda url: url != campaign and re.fullmatch(r".*/campaigns/k_\d+", url) is not None
    )
    page.context.close()
