"""The browsers of tests do nothing beside what a test asks of them."""

import os

import pytest
from playwright.sync_api import sync_playwright

from tests.support.browser.chromium import PLAYWRIGHT_DISABLES, chromium, program
from tests.support.devices.kiosk_box import cmdline, descendants

pytestmark = pytest.mark.browser
DISABLED = "--disable-features="


def test_no_page_of_the_browsers_own_is_opened_beside_those_of_a_test() -> None:
    with chromium() as browser:
        browser.new_page()
        answer = browser.new_browser_cdp_session().send("Target.getTargets", {"filter": [{}]})

    kinds = {one["type"] for one in answer["targetInfos"]}
    assert "page" in kinds
    assert "browser_ui" not in kinds


def test_features_that_playwright_disables_are_disabled_in_the_list_that_takes_its_place() -> None:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program(), args=["--no-sandbox"])
        words = {
            word
            for pid in descendants(os.getpid())
            for word in cmdline(pid).decode().split("\0")
            if word.startswith(DISABLED)
        }
        browser.close()

    by_playwright = {name for word in words for name in word.removeprefix(DISABLED).split(",")}
    assert by_playwright == set(PLAYWRIGHT_DISABLES)
