"""A computer that changes to dark in the evening changes the pages that are open."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.district.visits import sign_in
from tests.support.network.network_idle import Traffic
from tests.support.patience import until
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.browser
DRAWN = "canvas => canvas.toDataURL()"


@pytest.fixture
def chen(browser: Browser, site: WebWorker) -> Page:
    return sign_in(browser, site, "chen", locale="zh-CN", color_scheme="light")


def test_an_open_map_is_drawn_as_if_it_had_been_opened_in_the_dark(
    chen: Page, site: WebWorker
) -> None:
    traffic = Traffic(chen)
    canvas = chen.locator(".map-ground canvas")
    chen.goto(f"{site.base}/map")
    expect(canvas).to_be_visible()
    traffic.settles()
    by_light = canvas.evaluate(DRAWN)

    chen.emulate_media(color_scheme="dark")
    until("other colours", lambda: canvas.evaluate(DRAWN) != by_light)
    changed = canvas.evaluate(DRAWN)
    chen.reload()
    traffic.settles()

    until("the same drawing", lambda: canvas.evaluate(DRAWN) == changed)
