"""A notice from typing to the glass: an officer at a desk, a reviewer with a phone, a real screen.

A real server, the real player and both people's pages in Chromium, no fakes. The steps build on
each other, so they are one test that calls them in order.
"""

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageStat
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.support.app.people import PASSWORD
from tests.support.browser.console_user import Person, signs_in
from tests.support.browser.questions import answers
from tests.support.devices.rendered_page import on_glass
from tests.support.patience import PATIENCE_S, until
from tests.support.processes.furnished_district import District, furnished

pytestmark = pytest.mark.browser

SLOT_S = 3
LONG_S, SHORT_S = 1200, 240
"""The duration of the notice: longer than the test, and short enough to see its end."""
ZONE = ZoneInfo("Asia/Shanghai")
OFFICER, REVIEWER = "publicity1", "reviewer2"
DESK: ViewportSize = {"width": 1360, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
RED = (138, 6, 18)
"""The ground of the emergency notice."""
EARLY_S = 1
"""What our clocks may disagree by."""


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    with furnished(tmp_path / "district", SLOT_S) as made:
        yield made


@dataclass
class Scene:
    """The screen, the desk, the phone; `faults` is what the pages complained of."""

    district: District
    browser: Browser
    screen: Page
    desk: Person
    faults: list[str]
    lasts_s: int
    phone: Page | None = None
    until: datetime | None = None

    def listen(self, page: Page) -> None:
        """Keep what goes wrong in a page."""
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on(
            "console",
            lambda message: self.faults.append(message.text) if message.type == "error" else None,
        )

    def ground(self) -> tuple[int, ...]:
        """The colour in which most of the glass is."""
        seen = Image.open(io.BytesIO(self.screen.screenshot())).convert("RGB")
        return tuple(round(one) for one in ImageStat.Stat(seen.resize((64, 36))).median)

    def is_red(self) -> bool:
        """Whether the emergency notice is on the glass."""
        return all(abs(a - b) < 16 for a, b in zip(self.ground(), RED, strict=True))


def writes_down_who_is_on_duty(scene: Scene) -> None:
    """Every day, all day long."""
    desk = scene.desk
    desk.opens("/settings/on-duty")
    for day in ("周一", "周二", "周三", "周四", "周五", "周六", "周日"):
        desk.page.get_by_label(day, exact=True).check()
    desk.page.locator('[name="from"]').fill("00:00")
    desk.page.locator('[name="until"]').fill("24:00")
    desk.presses("保存")
    desk.sees("现在值班：")


def types_a_notice(scene: Scene) -> str:
    """Without a mouse but for the end; an error loses nothing that was typed."""
    desk, page = scene.desk, scene.desk.page
    desk.opens("/takeovers/new")
    expect(page.get_by_label("标题", exact=True)).to_be_focused()
    page.keyboard.type("医保局来电都是假的")
    page.keyboard.press("Tab")
    page.keyboard.type("今天三人接到冒充医保局的电话。挂断，不点链接。")
    expect(page.locator("[data-is-example]")).to_be_hidden()
    expect(page.get_by_text("1 块显示屏，1 个点位")).to_be_visible()
    page.locator("#f-for").select_option("custom")
    late = datetime.now(ZONE) + timedelta(seconds=scene.lasts_s)
    scene.until = late.replace(second=0, microsecond=0)
    desk.fills("结束时间", "2020-01-01T00:00")
    page.locator("#f-until").evaluate("field => field.removeAttribute('min')")
    page.locator("#f-reason").fill("连发三起警情")
    page.keyboard.press("Control+Enter")
    desk.sees("结束时间已过，请重新填写。")
    expect(page.get_by_label("标题", exact=True)).to_have_value("医保局来电都是假的")
    page.reload()
    expect(page.get_by_label("标题", exact=True)).to_have_value("医保局来电都是假的")
    desk.fills("结束时间", scene.until.strftime("%Y-%m-%dT%H:%M"))
    page.locator("#f-reason").press("Control+Enter")
    takeover = desk.arrives_at("**/takeovers/t_*")
    desk.sees("等待另一人批准")
    return takeover


def approves_on_a_phone(scene: Scene, takeover: str) -> None:
    """The link leads through the sign-in; yes is two taps."""
    context = scene.browser.new_context(
        viewport=PHONE, locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=True
    )
    phone = scene.phone = context.new_page()
    scene.listen(phone)
    link = scene.desk.page.get_by_role("link", name=f"/approve/{takeover}")
    phone.goto(f"{scene.desk.base}{link.get_attribute('href')}")
    phone.get_by_label("用户名").fill(REVIEWER)
    phone.get_by_label("密码").fill(PASSWORD)
    phone.get_by_role("button", name="登录").tap()
    phone.wait_for_url(f"**/approve/{takeover}")
    expect(phone.get_by_text("1 块显示屏，1 个点位")).to_be_visible()
    wide = phone.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
    phone.get_by_role("button", name="批准", exact=True).tap()
    phone.get_by_role("button", name="确认批准").tap()
    expect(phone.get_by_text("已批准。")).to_be_visible()


def is_on_the_glass_and_the_desk_shows_it(scene: Scene) -> None:
    """The desk's page goes on by itself: live, received, on air."""
    until("the notice on the glass", scene.is_red, every_s=0.2)
    page = scene.desk.page
    expect(page.get_by_text("正在插播，还有")).to_be_visible()
    expect(page.get_by_text("1 / 1", exact=True)).to_be_visible()
    expect(page.locator(".on-air-card [data-time-left]")).to_contain_text(":")


def is_ended_early(scene: Scene) -> None:
    """By the desk; the screen is back to its loop, and the page shows it."""
    page = scene.desk.page
    scene.desk.presses("提前结束")
    answers(page)
    until("the loop on the glass", lambda: not scene.is_red(), every_s=0.2)
    shows_that_it_is_over(scene)


def ends_by_itself(scene: Scene) -> None:
    """At its minute the screen is back to its loop, not before, and the desk shows it."""
    assert scene.until is not None
    left_s = scene.until.timestamp() - time.time()
    assert left_s > 0, "the machine was too slow to see it"
    until(
        "the loop on the glass",
        lambda: not scene.is_red(),
        patience_s=left_s + PATIENCE_S,
        every_s=0.2,
    )
    late_s = time.time() - scene.until.timestamp()
    print(f"the screen was back {late_s:.1f} s after the end")
    assert late_s >= -EARLY_S
    shows_that_it_is_over(scene)


def shows_that_it_is_over(scene: Scene) -> None:
    """The desk's page."""
    expect(scene.desk.page.get_by_text("已结束，屏幕已恢复原节目。")).to_be_visible()


def test_a_notice_is_on_the_glass_after_a_minute_of_peoples_time(
    district: District, browser: Browser
) -> None:
    scene = begins(district, browser, LONG_S)
    comes_on_the_glass(scene)
    is_ended_early(scene)
    complains_of_nothing(scene)


@pytest.mark.long
def test_a_notice_ends_by_itself_at_its_minute(district: District, browser: Browser) -> None:
    scene = begins(district, browser, SHORT_S)
    comes_on_the_glass(scene)
    ends_by_itself(scene)
    complains_of_nothing(scene)


def begins(district: District, browser: Browser, lasts_s: int) -> Scene:
    """A screen that plays, and the officer at her desk."""
    faults: list[str] = []
    screen = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    desk = signs_in(browser, district.server.base, OFFICER, PASSWORD)
    desk.page.set_viewport_size(DESK)
    scene = Scene(district, browser, screen, desk, faults, lasts_s)
    scene.listen(desk.page)
    screen.goto(district.address)
    until("a plan on the glass", lambda: on_glass(screen).get("manifest"))
    writes_down_who_is_on_duty(scene)
    return scene


def comes_on_the_glass(scene: Scene) -> None:
    """From an empty page."""
    began = time.monotonic()
    takeover = types_a_notice(scene)
    approves_on_a_phone(scene, takeover)
    is_on_the_glass_and_the_desk_shows_it(scene)
    print(f"from an empty page to the glass and its receipt: {time.monotonic() - began:.0f} s")


def complains_of_nothing(scene: Scene) -> None:
    """Neither page logged errors, except for the refusals on purpose."""
    assert [one for one in scene.faults if "422" not in one] == []
