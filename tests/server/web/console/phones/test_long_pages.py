"""Long pages on a phone: cards begin folded and tables begin short, and what is wanted is open."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.district.inventory import District
from tests.support.district.visits import DESK, PHONE, sign_in
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def admin(browser: Browser, site: WebWorker) -> Iterator[Page]:
    page = sign_in(browser, site, "admin", viewport=PHONE, locale="zh-CN", has_touch=True)
    yield page
    page.context.close()


def test_a_card_is_unfolded_by_its_heading_and_stays_a_heading_for_screen_readers(
    admin: Page, site: WebWorker
) -> None:
    admin.goto(site.base + "/settings")
    heading = admin.get_by_role("heading", name="告警规则")
    button, field = heading.get_by_role("button"), admin.get_by_label("持续多久报故障")

    expect(button).to_have_attribute("aria-expanded", "false")
    expect(field).to_be_hidden()
    button.tap()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(field).to_be_visible()


def test_what_an_address_names_is_open_and_in_sight(admin: Page, site: WebWorker) -> None:
    admin.goto(site.base + "/help#words")
    expect(admin.locator("#words .card-body")).to_be_visible()
    expect(admin.locator("#words")).to_be_in_viewport()
    expect(admin.locator("#overview .card-body")).to_be_hidden()

    admin.evaluate("location.hash = 'overview'")
    expect(admin.locator("#overview .card-body")).to_be_visible()
    expect(admin.locator("#overview")).to_be_in_viewport()


def test_a_wrong_field_in_a_folded_card_is_shown(admin: Page, site: WebWorker) -> None:
    admin.goto(site.base + "/settings")
    heading = admin.get_by_role("heading", name="告警规则").get_by_role("button")
    heading.tap()
    admin.get_by_label("持续多久报故障").fill("1")  # two at least
    heading.tap()
    expect(admin.get_by_label("持续多久报故障")).to_be_hidden()

    assert admin.evaluate("document.querySelector('#alert-rules').checkValidity()") is False

    expect(admin.get_by_label("持续多久报故障")).to_be_visible()


def test_the_rest_of_a_long_table_comes_when_it_is_asked_for(
    admin: Page, site: WebWorker, district: District
) -> None:
    admin.goto(f"{site.base}/plays?screen_id={district.screens['门诊大厅']}")
    rows = admin.locator("tbody tr:visible")
    expect(rows).to_have_count(40)

    admin.get_by_role("button", name=re.compile(r"^其余 \d+ 条$")).tap()

    expect(rows).to_have_count(200)
    expect(admin.locator(".rest-button")).to_have_count(0)


def test_a_phone_that_is_turned_and_a_desk_have_all_of_it(admin: Page, site: WebWorker) -> None:
    admin.goto(site.base + "/settings")
    field = admin.get_by_label("持续多久报故障")
    expect(field).to_be_hidden()

    admin.set_viewport_size(DESK)

    expect(field).to_be_visible()
    expect(admin.get_by_role("heading", name="告警规则").get_by_role("button")).to_have_count(0)
    admin.set_viewport_size(PHONE)
    expect(field).to_be_hidden()


def test_on_paper_nothing_is_folded(admin: Page, site: WebWorker) -> None:
    admin.goto(site.base + "/settings")
    admin.emulate_media(media="print")
    expect(admin.get_by_label("持续多久报故障")).to_be_visible()
    admin.emulate_media(media="screen")
    expect(admin.get_by_label("持续多久报故障")).to_be_hidden()
