"""Open pages follow others' changes, without a reload and without losing typed input."""

import re
import time

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from server.inventory.screens.status import LATE_S
from tests.support.district.inventory import District
from tests.support.district.story import SILENT
from tests.support.district.visits import sign_in
from tests.support.patience import PATIENCE_MS, PATIENCE_S
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.browser

DARK_MS = 1000 * LATE_S + PATIENCE_MS
SIGN = "[data-live-sign]"
ONLINE = ".number[href='/screens?state=online'] strong"
COUNT = "nav [data-live='waiting'] .count"


def opened(browser: Browser, site: WebWorker, who: str, path: str, locale: str = "zh-CN") -> Page:
    """A page that is live, marked so that a reload would show."""
    page = sign_in(browser, site, who, locale=locale)
    page.goto(site.base + path)
    expect(page.locator(SIGN)).to_have_text("实时" if locale == "zh-CN" else "Live")
    page.wait_for_timeout(1_200)
    page.evaluate("window.sameDocument = true")
    return page


def comes_alive(site: WebWorker, district: District) -> None:
    """A player that was silent gives a sign of life."""
    player = district.players[SILENT[0]].player
    requests.post(
        f"{site.base}/api/v1/player/beat",
        json=player.beat(),
        headers={"Authorization": f"Bearer {player.token}"},
        timeout=PATIENCE_S,
    )


def is_same(page: Page) -> bool:
    return bool(page.evaluate("window.sameDocument === true"))


def figure(page: Page, of: str) -> int:
    return int(re.findall(r"\d+", page.locator(of).first.inner_text())[-1 if of == COUNT else 0])


def test_what_one_sends_for_sign_off_waits_on_the_others_pages_by_itself(
    browser: Browser, site: WebWorker, district: District
) -> None:
    overview = opened(browser, site, "lin", "/")
    media = opened(browser, site, "lin", "/media")
    waiting, on_media = figure(overview, COUNT), figure(media, COUNT)
    chen = sign_in(browser, site, "chen", locale="zh-CN")
    first = f"{site.base}/campaigns/{district.campaigns['银行网点强化宣传']}"
    chen.goto(first)
    chen.get_by_role("button", name="复制").click()
    chen.wait_for_url(lambda url: re.search(r"/campaigns/k_\d+$", url) is not None and url != first)

    with chen.expect_response(re.compile(r"/submit$")):
        chen.get_by_role("button", name="送审").click()
    began = time.monotonic()
    expect(overview.locator("[data-live='overview']")).to_contain_text(
        "宣传任务待审批：银行网点强化宣传"
    )
    print(f"on the others' pages after {time.monotonic() - began:.2f} s")

    expect(media.locator(COUNT)).to_contain_text(str(on_media + 1))
    expect(overview.locator(COUNT)).to_contain_text(str(waiting + 1))
    assert is_same(overview)
    assert is_same(media)


@pytest.mark.long
def test_a_screen_that_comes_and_goes_dark_is_shown_by_the_overview(
    browser: Browser, site: WebWorker, district: District
) -> None:
    overview = opened(browser, site, "lin", "/")
    before = figure(overview, ONLINE)
    comes_alive(site, district)
    expect(overview.locator(ONLINE)).to_contain_text(f"{before + 1} /")

    expect(overview.locator(ONLINE)).to_contain_text(f"{before} /", timeout=DARK_MS)

    assert is_same(overview)


@pytest.mark.long
def test_who_signs_out_ends_the_line_of_his_other_pages(browser: Browser, site: WebWorker) -> None:
    page = opened(browser, site, "lin", "/", locale="en-US")
    other = page.context.new_page()
    other.goto(site.base + "/settings")
    other.locator(".who form button").click()

    expect(page.locator(SIGN)).to_have_text("Signed out: sign in again")


def test_input_typed_or_opened_in_a_changing_part_stays(
    browser: Browser, site: WebWorker, district: District
) -> None:
    page = opened(browser, site, "lin", "/")
    page.evaluate(
        """() => {
          const field = document.createElement("input");
          field.id = "typed";
          document.querySelector("[data-live='overview']").prepend(field);
        }"""
    )
    page.locator("#typed").fill("还没写完")
    page.locator("h1").click()
    beside = opened(browser, site, "lin", "/")
    before = figure(beside, ONLINE)
    comes_alive(site, district)
    expect(beside.locator(ONLINE)).to_contain_text(f"{before + 1} /")
    page.wait_for_timeout(5_000)  # any effect of the notice would be visible by then
    expect(page.locator("#typed")).to_have_value("还没写完")

    page.locator("#typed").fill("")
    page.locator("h1").click()
    expect(page.locator("#typed")).to_have_count(0)
