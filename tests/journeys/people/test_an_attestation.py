"""A mall without our player reports by phone: photo, a dead spot, sign-off, the ledger's column.

A real server, real Chromium at a phone's width, nothing patched. The steps build on each other,
so they are one test that calls them in order.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.app.first_run import make_waiting_picture
from tests.support.app.inventory import make_venue
from tests.support.app.people import PASSWORD, Person, sign_in
from tests.support.app.world import World
from tests.support.factories.sample_files import photo
from tests.support.patience import PATIENCE_MS, until
from tests.support.processes.web_worker import WebWorker, web_worker

pytestmark = [pytest.mark.long, pytest.mark.browser]

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "locale": "zh-CN",
}
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class Mall:
    """A venue that reports by hand, its contact and the reviewer, each with a phone."""

    world: World
    site: WebWorker
    browser: Browser
    venue: int
    contact: Person
    reviewer: Person
    folder: Path
    yesterday: str
    """Before the server's today, as it was when this began."""
    made: str = ""

    def phone(self, person: Person) -> Page:
        """Somebody's own, signed in."""
        page = self.browser.new_context(**PHONE).new_page()
        page.goto(f"{self.site.base}/login")
        page.fill('[name="username"]', person.username)
        page.fill('[name="password"]', PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: not urlsplit(url).path.startswith("/login"))
        return page

    def column(self, reader: Page) -> dict[str, Any]:
        """The ledger's totals of yesterday."""
        days = f"from={self.yesterday}&to={self.yesterday}"
        path = f"/api/v1/reports/coverage?{days}&venue_kind=mall"
        answer = reader.request.get(f"{self.site.base}{path}")
        totals: dict[str, Any] = answer.json()["totals"]
        return totals


@pytest.fixture
def mall(world: World, browser: Browser, tmp_path: Path) -> Iterator[Mall]:
    world.clock.at_ms = time.time_ns() // 1_000_000
    contact, reviewer = sign_in(world, "venue"), sign_in(world, "reviewer")
    venue = make_venue(
        world, kind="mall", name="万象商场", access="manual", contacts=(contact.user_id,)
    )
    make_waiting_picture(world)
    with web_worker(world) as site:
        yesterday = day_before(world.clock.at_ms)
        yield Mall(world, site, browser, venue, contact, reviewer, tmp_path, yesterday)


def day_before(at_ms: int) -> str:
    """The date of the district's day before an instant of the server's."""
    return str(datetime.fromtimestamp(at_ms / 1000, ZONE).date() - timedelta(days=1))


def a_report_without_a_photo_cannot_be_sent_nor_approved(mall: Mall) -> None:
    page = mall.phone(mall.contact)
    page.goto(f"{mall.site.base}/attestations/new?venue_id=v_{mall.venue}")
    page.get_by_role("button", name="提交").click()
    assert page.locator("#f-camera").evaluate("(field) => field.validationMessage")
    draft = {"venue_id": f"v_{mall.venue}", "from": mall.yesterday, "to": mall.yesterday}
    bare = mall.contact.client.post(
        "/api/v1/attestations", json={**draft, "days": 1, "plays_per_day": 40}
    ).get_json()["id"]
    page.context.close()

    judge = mall.phone(mall.reviewer)
    judge.goto(f"{mall.site.base}/attestations/{bare}")
    expect(judge.get_by_role("button", name="批准")).to_have_count(0)
    judge.fill('[name="reason"]', "没有照片")
    judge.get_by_role("button", name="退回").click()
    expect(judge.locator(".lead-line")).to_contain_text("已退回")
    assert mall.column(judge)["attested"] == 0
    judge.context.close()


def what_was_typed_and_taken_outlasts_a_closed_page(mall: Mall) -> None:
    page = mall.phone(mall.contact)
    page.goto(f"{mall.site.base}/attestations/new?venue_id=v_{mall.venue}")
    page.fill('[name="from"]', mall.yesterday)
    page.fill('[name="to"]', mall.yesterday)
    page.fill('[name="plays_per_day"]', "37")
    page.set_input_files("#f-camera", photo(mall.folder / "一.jpg"))
    expect(page.locator("[data-shots] li")).to_have_count(1)
    page.set_input_files("#f-album", [photo(mall.folder / "二.jpg", size=(900, 700))])
    expect(page.locator("[data-shots] li")).to_have_count(2)

    page.reload()
    expect(page.locator("[data-shots] li")).to_have_count(2)
    expect(page.locator('[name="plays_per_day"]')).to_have_value("37")
    expect(page.locator("[data-restored]")).to_be_visible()

    in_a_dead_spot_it_waits_and_goes_on_by_itself(mall, page)


def in_a_dead_spot_it_waits_and_goes_on_by_itself(mall: Mall, page: Page) -> None:
    page.context.set_offline(True)
    page.get_by_role("button", name="提交").click()
    expect(page.locator("[data-progress]")).to_contain_text("没有网络")

    page.context.set_offline(False)
    page.wait_for_url("**/attestations/m_*", timeout=PATIENCE_MS)
    mall.made = page.url.rpartition("/")[2]
    expect(page.locator(".photos li")).to_have_count(2)
    expect(page.get_by_text("37", exact=True)).to_be_visible()  # not as minutes of a time
    width = page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= 390, "nothing is wider than the phone"
    page.context.close()
    listed = mall.contact.client.get("/api/v1/attestations").get_json()["items"]
    assert [one["state"] for one in listed] == ["submitted", "rejected"], "posted once"


def a_second_person_approves_it_on_a_phone_and_the_ledger_counts_it(mall: Mall) -> None:
    judge = mall.phone(mall.reviewer)
    assert mall.column(judge)["attested"] == 0
    judge.goto(f"{mall.site.base}/attestations/{mall.made}")
    judge.get_by_role("button", name="批准").click()
    expect(judge.locator(".lead-line")).to_contain_text("已批准")

    until("the column", lambda: mall.column(judge)["attested"] == 1, every_s=0.2)
    assert mall.column(judge)["reached"] == 0, "it is no confirmed play"
    query = f"from={mall.yesterday}&to={mall.yesterday}&state=attested"
    judge.goto(f"{mall.site.base}/reports/coverage/venues?{query}")
    expect(judge.get_by_text("万象商场")).to_be_visible()
    judge.context.close()


def test_from_a_photo_to_the_ledgers_column(mall: Mall) -> None:
    began = time.monotonic()
    for step in (
        a_report_without_a_photo_cannot_be_sent_nor_approved,
        what_was_typed_and_taken_outlasts_a_closed_page,
        a_second_person_approves_it_on_a_phone_and_the_ledger_counts_it,
    ):
        step(mall)
        print(f"{time.monotonic() - began:5.1f} s {step.__name__}")
