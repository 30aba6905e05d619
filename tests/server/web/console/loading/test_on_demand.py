"""A first visit loads little: what an act needs comes with the act, which is not lost by it."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.district.visits import sign_in
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.browser


def overview(browser: Browser, site: WebWorker) -> tuple[Page, list[str]]:
    """The overview of a reviewer while a takeover is on, and the names of all scripts it loads."""
    page = sign_in(browser, site, "lin", locale="zh-CN")
    scripts: list[str] = []
    page.on("request", lambda one: scripts.extend(re.findall(r"/([\w-]+)-\w{8}\.js$", one.url)))
    page.goto(f"{site.base}/")
    expect(page.locator("html[data-wired]")).to_be_attached()
    return page, scripts


def test_a_form_that_is_sent_loads_what_sends_it_and_is_asked_about_first(
    browser: Browser, site: WebWorker
) -> None:
    page, scripts = overview(browser, site)
    assert "forms" not in scripts

    page.locator(".emergency-acts").get_by_role("button", name="结束插播").click()

    expect(page.locator("dialog.ask[open]")).to_contain_text("冒充医保局预警")
    assert "forms" in scripts


def test_what_cannot_be_loaded_is_reported_and_comes_when_it_is_tried_again(
    browser: Browser, site: WebWorker
) -> None:
    page, _ = overview(browser, site)
    end = page.locator(".emergency-acts").get_by_role("button", name="结束插播")
    page.route("**/forms-*.js", lambda route: route.abort())
    end.click()
    expect(page.locator(".messages [role=alert]")).to_contain_text("网络不通")

    page.unroute("**/forms-*.js")
    end.click()

    expect(page.locator("dialog.ask[open]")).to_be_visible()


def test_the_search_finds_what_was_typed_before_it_was_there(
    browser: Browser, site: WebWorker
) -> None:
    page, scripts = overview(browser, site)
    parts = scripts.count("part")  # what no page names by itself

    page.keyboard.press("/")
    page.keyboard.type("门厅")

    expect(page.locator("#find-all-list [role=option]").first).to_contain_text("门厅")
    assert scripts.count("part") > parts, "the search was there before anybody asked for it"
    page.keyboard.press("Escape")
    expect(page.locator("#find-all-list")).to_be_hidden()


def test_a_search_that_could_not_be_loaded_is_asked_for_when_somebody_comes_back(
    browser: Browser, site: WebWorker
) -> None:
    page, _ = overview(browser, site)
    page.route("**/part-*.js", lambda route: route.abort())  # what no page names by itself
    with page.expect_event("requestfailed"):
        page.keyboard.press("/")
    page.unroute("**/part-*.js")
    page.locator("#find-all").blur()

    page.keyboard.press("/")
    page.keyboard.type("门厅")

    expect(page.locator("#find-all-list [role=option]").first).to_contain_text("门厅")


def test_keys_are_shown_and_closed_again(browser: Browser, site: WebWorker) -> None:
    page, _ = overview(browser, site)

    page.keyboard.press("?")
    page.locator("dialog#keys[open]").get_by_role("button", name="关闭").click()

    expect(page.locator("dialog#keys")).to_be_hidden()
