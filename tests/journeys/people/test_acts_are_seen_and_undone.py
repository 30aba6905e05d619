"""An emergency is in sight on a page that stays open, and is ended from there; many screens are
tagged in one act and put back in another."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from server.foundation.public_ids import number, public
from server.inventory.screens.models import Screen
from tests.support.app.inventory import make_screen, make_venue
from tests.support.browser.questions import ASKED, answers
from tests.support.district.inventory import District
from tests.support.district.served import serving_district
from tests.support.district.story import found
from tests.support.district.visits import sign_in
from tests.support.factories.assets import make_asset
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.browser
MANY = 500
TAG = "年末检查"
BAR = ".emergency-bar:not([hidden])"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> District:
    return found(tmp_path_factory.mktemp("acts"))


@pytest.fixture(scope="module")
def site(here: District) -> Iterator[WebWorker]:
    unit = number("unit", here.units["交通运输分局"])
    venue = make_venue(here.world, unit=unit, kind="bus_stop", name="沿线候车点")
    for place in range(MANY):
        make_screen(here.world, venue=venue, name=f"沿线屏 {place:03}")
    here.assets["台风橙色预警"] = public("asset", make_asset(here.world))
    with serving_district(here) as worker:
        yield worker


def does(page: Page, method: str, path: str, body: object, tag: str = "") -> dict[str, str]:
    """A call of the API as the page's person."""
    token = page.locator('meta[name="csrf-token"]').get_attribute("content") or ""
    base = re.match(r"https?://[^/]+", page.url)
    assert base is not None
    answer = page.request.fetch(
        f"{base[0]}/api/v1{path}",
        method=method,
        data=body,
        headers={"X-CSRF-Token": token, "Origin": base[0], **({"If-Match": tag} if tag else {})},
    )
    assert answer.ok, answer.text()
    return {"tag": answer.headers.get("etag", ""), "id": str((answer.json() or {}).get("id", ""))}


def starts_a_takeover(
    author: Page, reviewer: Page, here: District, label: str = "台风橙色预警"
) -> str:
    """Asked for by one and approved by the other, by the API."""
    body = {
        "asset_id": here.assets["台风橙色预警"],
        "selector": {"all": True},
        "label": label,
    }
    takeover = does(author, "POST", "/takeovers", body)["id"]
    tag = reviewer.request.get(f"{reviewer.url.rstrip('/')}/api/v1/takeovers/{takeover}")
    does(
        reviewer, "POST", f"/takeovers/{takeover}/approve", {"opinion": ""},
        tag.headers.get("etag", ""),
    )  # fmt: skip
    return takeover


def two_people(browser: Browser, site: WebWorker) -> tuple[Page, Page]:
    """An author on a page that has nothing to do with emergencies, and a reviewer."""
    chen, lin = (sign_in(browser, site, who, locale="zh-CN") for who in ("chen", "lin"))
    chen.goto(f"{site.base}/media")
    lin.goto(f"{site.base}/")
    return chen, lin


def test_an_emergency_comes_to_an_open_page_and_is_ended_from_its_bar(
    browser: Browser, site: WebWorker, here: District
) -> None:
    chen, lin = two_people(browser, site)
    chen.wait_for_timeout(1_500)
    chen.evaluate("window.sameDocument = true")
    expect(chen.locator(BAR)).to_have_count(0)

    takeover = starts_a_takeover(chen, lin, here)

    bar = chen.locator(BAR)
    expect(bar).to_contain_text("紧急插播中：台风橙色预警")
    expect(bar).to_contain_text(re.compile(r"\d+/\d+ 已确认"))
    expect(bar.locator("[data-time-left]")).to_have_text(re.compile(r"0\d:\d\d"))
    expect(bar.get_by_role("link", name="查看")).to_have_attribute("href", f"/takeovers/{takeover}")
    assert chen.evaluate("window.sameDocument === true")

    bar.get_by_role("button", name="结束插播").click()
    assert "台风橙色预警" in answers(chen, yes=False)
    expect(bar).to_be_visible()
    bar.get_by_role("button", name="结束插播").click()
    assert re.search(r"\d+ 块屏幕立即恢复原节目", answers(chen))

    expect(chen.locator(BAR)).to_have_count(0)
    expect(chen.locator(".toast-note")).to_contain_text("已结束，屏幕恢复原节目")


def test_a_question_that_is_open_while_the_page_changes_is_still_answered(
    browser: Browser, site: WebWorker, here: District
) -> None:
    chen, lin = two_people(browser, site)
    starts_a_takeover(chen, lin, here)
    bar = chen.locator(BAR).filter(has_text="台风橙色预警")
    bar.get_by_role("button", name="结束插播").click()
    expect(chen.locator(ASKED)).to_be_visible()

    other = starts_a_takeover(chen, lin, here, label="洪水红色预警")
    chen.wait_for_timeout(3_000)  # the page receives it within two
    answers(chen)

    expect(bar).to_have_count(0)
    expect(chen.locator(BAR)).to_contain_text("洪水红色预警")
    does(chen, "DELETE", f"/takeovers/{other}", None)


@pytest.mark.long
def test_five_hundred_screens_are_tagged_in_one_act_and_put_back_in_another(
    browser: Browser, site: WebWorker, here: District
) -> None:
    chen = sign_in(browser, site, "chen", locale="zh-CN")
    chen.goto(f"{site.base}/screens?q=沿线屏")
    chen.locator("[data-beyond]").check()
    chen.locator("summary", has_text="批量操作").click()
    chen.get_by_label("操作", exact=True).select_option("add_tags")
    chen.get_by_label("标签（多个用逗号分开）").fill(TAG)
    chen.get_by_role("button", name="执行").click()
    assert f"对 {MANY} 块屏执行" in answers(chen)
    chen.wait_for_url("**/screens/bulk/B_*")
    assert tagged(here) == MANY

    chen.locator(".toast-note").get_by_role("button", name="撤销").click()

    expect(chen.locator(".toast-note")).to_contain_text("已撤销")
    expect(chen.get_by_text("已撤销", exact=True).first).to_be_visible()
    assert tagged(here) == 0


def tagged(here: District) -> int:
    with here.world.core.config.read() as session:
        return sum(TAG in one for one in session.scalars(select(Screen.tags)))
