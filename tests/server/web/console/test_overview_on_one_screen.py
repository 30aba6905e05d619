"""At a desk the overview is one screen, with an emergency too, and no card of it is half empty."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.district.visits import sign_in
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.browser

DESK = {"width": 1440, "height": 900}
HEIGHT = "document.documentElement.scrollHeight"
BOTTOM = "document.querySelector('.overview').getBoundingClientRect().bottom"


@pytest.fixture
def page(browser: Browser, site: WebWorker) -> Page:
    """The overview while a takeover is on."""
    opened = sign_in(browser, site, "chen", viewport=DESK, locale="zh-CN")
    opened.goto(f"{site.base}/")
    expect(opened.locator("section.emergency-bar").first).to_be_visible()
    return opened


def test_it_needs_no_scrolling_and_the_bar_takes_its_room_from_the_charts(page: Page) -> None:
    under_the_bar, scrolled = page.evaluate(BOTTOM), page.evaluate(HEIGHT)
    page.evaluate("document.querySelector('.emergency').remove()")

    assert page.evaluate(HEIGHT) <= DESK["height"]
    assert scrolled <= DESK["height"]
    assert under_the_bar <= page.evaluate(BOTTOM) + 6


def test_the_bar_covers_neither_the_search_nor_the_title(page: Page) -> None:
    # In one query: the bar is rebuilt whenever a receipt comes in.
    bottom, *tops = page.evaluate(
        """() => [document.querySelector(".emergency").getBoundingClientRect().bottom,
        ...[".find-all", "h1"].map((one) => document.querySelector(one).getBoundingClientRect().top)
        ]"""
    )

    assert bottom > 0
    assert min(tops) >= bottom


def test_few_pictures_fill_their_card(page: Page) -> None:
    wall = page.locator(".wall")
    card, last = wall.locator("xpath=.."), wall.locator("li").last
    around, tile = card.bounding_box(), last.bounding_box()

    assert around is not None
    assert tile is not None
    assert wall.locator("li").count() <= 3
    blank = around["y"] + around["height"] - tile["y"] - tile["height"]
    assert blank < 0.25 * around["height"]
