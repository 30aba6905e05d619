"""At a desk no card of the overview is half empty."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.district.visits import sign_in
from tests.support.processes.web_worker import WebWorker

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DESK = {"width": 1440, "height": 900}


@pytest.fixture
def page(browser: Browser, site: WebWorker) -> Page:
    """The overview while a takeover is on."""
    opened = sign_in(browser, site, "chen", viewport=DESK, locale="zh-CN")
    opened.goto(f"{site.base}/")
    expect(opened.locator("section.emergency-bar").first).to_be_visible()
    return opened


def test_few_pictures_fill_their_card(page: Page) -> None:
    wall = page.locator(".wall")
    card, last = wall.locator("xpath=.."), wall.locator("li").last
    around, tile = card.bounding_box(), last.bounding_box()

    assert around is not None
    assert tile is not None
    assert wall.locator("li").count() <= 3
    blank = around["y"] + around["height"] - tile["y"] - tile["height"]
    assert blank < 0.25 * around["height"]
