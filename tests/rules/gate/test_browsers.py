"""The browsers of tests do nothing beside what a test asks of them."""

import os
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from tests.support.browser.chromium import PLAYWRIGHT_DISABLES, chromium, program
from tests.support.browser.driver import playwright_driver
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
    with playwright_driver() as driver:
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


def test_a_file_has_its_browser_while_another_is_open_for_the_session() -> None:
    with chromium() as of_the_session:
        with chromium() as of_a_file:
            assert works(of_a_file)

        assert works(of_the_session)


def test_a_browser_outlives_the_one_that_was_opened_before_it() -> None:
    first, second = ExitStack(), ExitStack()
    with second:
        with first:
            first.enter_context(chromium())
            opened_later = second.enter_context(chromium())

        assert works(opened_later)


def works(browser: Browser) -> bool:
    return bool(browser.new_page().evaluate("1 + 1") == 2)
