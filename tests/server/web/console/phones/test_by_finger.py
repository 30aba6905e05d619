"""On a phone nothing mentions keys, a mouse or features of a desktop, or has a ring for keys."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.support.district.visits import PHONE, sign_in
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.browser


def test_a_phone_shows_no_hints_of_keys_and_dragging(browser: Browser, site: WebWorker) -> None:
    device: dict[str, Any] = {"viewport": PHONE, "is_mobile": True, "has_touch": True}
    for_finger = sign_in(browser, site, "lin", locale="zh-CN", **device)
    for_mouse = sign_in(browser, site, "lin", locale="zh-CN")

    for page in (for_finger, for_mouse):
        page.goto(f"{site.base}/spot-checks")
        expect(page.locator("html[data-wired]")).to_be_attached()

    assert "（按 / 开始）" in (for_mouse.locator("#find-all").get_attribute("placeholder") or "")
    expect(for_mouse.get_by_text("按键 1、2、3 也可以。")).to_be_visible()
    expect(for_finger.locator("#find-all")).to_have_attribute(
        "placeholder", "搜索点位、显示屏、车号、任务…"
    )
    expect(for_finger.get_by_text("按键 1、2、3 也可以。")).to_be_hidden()
    expect(for_finger.locator(".spot-verdicts kbd").first).to_be_hidden()


def test_the_map_has_a_ring_for_keys_and_none_for_a_finger(
    browser: Browser, site: WebWorker
) -> None:
    page = sign_in(
        browser, site, "lin", locale="zh-CN", viewport=PHONE, is_mobile=True, has_touch=True
    )
    page.goto(f"{site.base}/map")
    ground = page.locator(".leaflet-container")

    ground.tap(position={"x": 150, "y": 30})
    expect(ground).to_be_focused()
    expect(ground).to_have_css("outline-style", "none")

    page.keyboard.press("ArrowLeft")
    expect(ground).to_have_css("outline-style", "solid")
