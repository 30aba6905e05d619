"""A box breaks: the officer puts another in its place, and the screen goes on being itself.

A real server, three real players in Chromium, a person who clicks; nothing is patched. The steps
build on each other, so they are one test that calls them in order.
"""

import json
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.app.people import PASSWORD
from tests.support.devices.kiosk import wait_until
from tests.support.devices.rendered_page import on_glass, pairing_code
from tests.support.patience import PATIENCE_S
from tests.support.processes.furnished_district import KEY, District, furnished

pytestmark = [pytest.mark.browser, pytest.mark.long]

SLOT_S = 5
SEEN_S = PATIENCE_S


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    with furnished(tmp_path / "district", SLOT_S) as made:
        yield made


@dataclass
class Depot:
    """The district, the boxes as they come, and the officer at his desk."""

    district: District
    browser: Browser
    boxes: list[Page] = field(default_factory=list)
    counted: int = 0

    def switches_on(self, fragment: str = "") -> Page:
        """A box of its own: no other shares its profile."""
        page = self.browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
        page.goto(f"{self.district.server.base}/player/{fragment}")
        self.boxes.append(page)
        return page

    def officer(self) -> Page:
        """The publicity officer, signed in."""
        page = self.browser.new_context(locale="zh-CN").new_page()
        page.goto(f"{self.district.server.base}/login")
        page.fill('[name="username"]', self.asks_as_officer("/api/v1/me")["username"])
        page.fill('[name="password"]', PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(f"{self.district.server.base}/")
        return page

    def asks_as_officer(self, path: str) -> Any:
        """Read a resource as the officer."""
        request = urllib.request.Request(self.district.server.base + path)
        request.add_header("Authorization", f"Bearer {self.district.officer}")
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return json.load(answer)

    def screen(self) -> Any:
        """The record."""
        return self.district.asks(f"/api/v1/screens/{self.district.screen_id}")

    def plays(self) -> int:
        """How many plays of the screen are counted."""
        return sum(play["verdict"] == "counted" for play in self.district.log())

    def shows_the_plan(self, box: Page) -> bool:
        """What belongs on the screen now is on the box's glass."""
        facts = on_glass(box)
        if not facts.get("asset") or facts.get("screen") != self.district.screen_id:
            return False
        seat = self.district.asks(f"/api/v1/screens/{self.district.screen_id}/seat")
        return bool(facts["asset"] == seat["asset"])


def a_box_plays_and_is_counted(depot: Depot) -> None:
    first = depot.switches_on(f"#enrol={KEY}&serial=BOX-1")
    wait_until(lambda: depot.shows_the_plan(first), SEEN_S, "the first box plays", 0.2)
    wait_until(lambda: depot.plays() >= 2, SEEN_S, "plays of the first box", 0.5)


def it_breaks(depot: Depot) -> None:
    depot.boxes[0].goto("about:blank")
    depot.counted = depot.plays()


def the_officer_enters_the_new_ones_code_and_it_is_on_air(depot: Depot) -> None:
    second = depot.switches_on()
    code = pairing_code(second)
    page = depot.officer()
    page.goto(f"{depot.district.server.base}/screens/{depot.district.screen_id}#replace")
    form = page.locator("#replace form").filter(has=page.locator('[name="user_code"]'))
    form.locator('[name="user_code"]').fill(code)
    form.locator('[name="serial"]').fill("BOX-2")

    form.get_by_role("button", name="更换终端").click()
    spent_s = wait_until(lambda: depot.shows_the_plan(second), SEEN_S, "the new box plays", 0.1)
    print(f"a new box on air {spent_s:.1f} s after the click")

    expect(page.get_by_text("BOX-1")).to_be_visible()
    expect(page.get_by_text("使用中")).to_be_visible()


def the_screen_is_still_itself(depot: Depot) -> None:
    wait_until(lambda: depot.screen()["state"] == "online", SEEN_S, "a beat of the new box", 0.5)
    screen = depot.screen()
    assert (screen["serial"], screen["name"]) == ("BOX-2", "大厅屏")
    wait_until(lambda: depot.plays() > depot.counted, SEEN_S, "plays of the new box", 0.5)
    boots = {play["boot"] for play in depot.district.log() if play["verdict"] == "counted"}
    assert len(boots) == 2, "what the old box played is the screen's still"
    boxes = depot.district.asks(f"/api/v1/screens/{depot.district.screen_id}/boxes")["items"]
    assert [(box["serial"], box["how"], box["ended"]) for box in boxes] == [
        ("BOX-2", "code", None),
        ("BOX-1", "key", "replaced"),
    ]


def the_old_box_is_notified_that_it_is_out(depot: Depot) -> None:
    old = depot.boxes[0]
    old.goto(f"{depot.district.server.base}/player/#enrol={KEY}&serial=BOX-1")
    wait_until(lambda: on_glass(old).get("link") == "stale", SEEN_S, "the old box is refused", 0.2)
    assert depot.screen()["state"] == "online"


def a_third_comes_by_its_serial_before_anybody_stated_where(depot: Depot) -> None:
    third = depot.switches_on(f"#enrol={KEY}&serial=BOX-3")
    wait_until(lambda: on_glass(third).get("screen"), SEEN_S, "the third box is let in", 0.2)
    assert on_glass(third)["screen"] != depot.district.screen_id

    path = f"/api/v1/screens/{depot.district.screen_id}/replace"
    assert depot.district.posts(path, {"serial": "BOX-3"})["serial"] == "BOX-3"

    spent_s = wait_until(lambda: depot.shows_the_plan(third), SEEN_S, "the third box plays", 0.2)
    print(f"a box that had come too early on air after {spent_s:.1f} s")


def test_a_box_is_replaced_and_nothing_of_the_screen_is_lost(
    district: District, browser: Browser
) -> None:
    depot = Depot(district, browser)
    began = time.monotonic()
    for step in (
        a_box_plays_and_is_counted,
        it_breaks,
        the_officer_enters_the_new_ones_code_and_it_is_on_air,
        the_screen_is_still_itself,
        the_old_box_is_notified_that_it_is_out,
        a_third_comes_by_its_serial_before_anybody_stated_where,
    ):
        step(depot)
        print(f"{time.monotonic() - began:5.1f} s {step.__name__}")
