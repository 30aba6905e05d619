"""A chart whose script comes late is drawn in its place: what is below it moves for nobody."""

import pytest
from playwright.sync_api import Browser, expect

from tests.support.district.visits import sign_in
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.browser

CHARTS = "[data-time-axis]"
HEIGHTS = f"[...document.querySelectorAll('{CHARTS}')].map((one) => one.offsetHeight)"


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize(
    "path", ["/uptime?by=unit&days=14", "/reports?from=2026-11-18&to=2026-11-24"]
)
def test_a_chart_is_as_high_before_it_is_drawn_as_after(
    browser: Browser, site: WebWorker, width: int, path: str
) -> None:
    page = sign_in(browser, site, "chen", locale="zh-CN")
    page.set_viewport_size({"width": width, "height": 60})
    page.goto(site.base + path)
    before = page.evaluate(HEIGHTS)
    expect(page.locator(f"{CHARTS}[data-drawn]")).to_have_count(0)

    page.set_viewport_size({"width": width, "height": 4000})

    expect(page.locator(f"{CHARTS} .u-legend")).to_have_count(len(before))
    assert before
    assert page.evaluate(HEIGHTS) == before
