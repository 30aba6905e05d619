"""A shopkeeper with a phone: from the code on the glass to a pause, its traces and a report.

A real server, the real player and a phone's page in Chromium, no fakes. The steps build on each
other, so they are one test that calls them in order.
"""

import io
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image, ImageStat
from playwright.sync_api import Browser, Page, Request, expect

from server.foundation.qr_code import qr_svg
from tests.support.app.people import PASSWORD
from tests.support.browser.chromium import WAIT_MS
from tests.support.browser.console_user import signs_in
from tests.support.devices.rendered_page import on_glass
from tests.support.district.visits import PHONE
from tests.support.patience import PATIENCE_MS, PATIENCE_S, until
from tests.support.processes.furnished_district import District, furnished

pytestmark = [pytest.mark.long, pytest.mark.browser]

SLOT_S = 3
PIN = "864200"


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    with furnished(tmp_path / "district", SLOT_S) as made:
        yield made


@dataclass
class Scene:
    """The shop's screen, the shopkeeper's phone, and the office responsible for both."""

    district: District
    screen: Page
    phone: Page

    @property
    def address(self) -> str:
        """The address of the code, as stored by the office."""
        found = officer(self.district, f"/api/v1/screens/{self.district.screen_id}/code")
        return str(found.json()["address"])

    def code_on_glass(self, place: str) -> str:
        """The QR code that is drawn in a part of the player's page, as SVG."""
        image = self.screen.locator(f"{place} img.qr")
        image.wait_for()
        drawn = str(image.get_attribute("src"))
        return urllib.parse.unquote(drawn.partition(",")[2])

    def state(self) -> str:
        """The player's own report of its state."""
        return on_glass(self.screen).get("state", "")

    def is_corner_free(self) -> bool:
        """Nothing is drawn over what plays."""
        return self.screen.locator(".door").inner_html() == ""

    def presses(self, name: str) -> None:
        """A button of the phone's page; waits for what it answers."""
        with self.phone.expect_navigation():
            self.phone.get_by_role("button", name=name).click()

    def sees(self, text: str, within_ms: int = WAIT_MS) -> None:
        """Wait until the phone's page shows the text."""
        expect(self.phone.locator("body")).to_contain_text(text, timeout=within_ms)


def officer(district: District, path: str, method: str = "GET", **more: Any) -> requests.Response:
    """What the publicity officer is answered."""
    headers = {"Authorization": f"Bearer {district.officer}", **more.pop("headers", {})}
    url = district.server.base + path
    answer = requests.request(method, url, headers=headers, timeout=PATIENCE_S, **more)
    assert answer.ok, answer.text
    return answer


def big_photo(path: Path) -> Path:
    """As a phone takes them: twelve megapixels, some megabytes."""
    noise = Image.effect_noise((1000, 750), 40).resize((4000, 3000))
    noise.convert("RGB").save(path, "JPEG", quality=97)
    return path


def sets_the_pin(district: District) -> None:
    """The office, where it edits the venue."""
    path = f"/api/v1/screens/{district.screen_id}"
    venue = f"/api/v1/venues/{officer(district, path).json()['venue_id']}"
    etag = officer(district, venue).headers["ETag"]
    officer(district, venue, "PATCH", json={"pause_pin": PIN}, headers={"If-Match": etag})


def finds_the_code_when_the_screen_shows_who_it_is(scene: Scene) -> None:
    """While content is on no corner is taken; the code that is drawn then is the address's."""
    until("a free corner", scene.is_corner_free)
    scene.district.posts(
        f"/api/v1/screens/{scene.district.screen_id}/commands", {"name": "identify"}
    )
    assert scene.code_on_glass(".panel") == qr_svg(scene.address)


def reads_that_it_plays(scene: Scene) -> None:
    """On a phone, in words, and no wider than it."""
    path = f"/api/v1/screens/{scene.district.screen_id}"
    until("a beat", lambda: scene.district.asks(path)["state"] == "online", every_s=0.3)
    scene.phone.goto(scene.address)
    # The first beat may come before the first picture; the next one, and the page's next refresh,
    # are ten seconds later each.
    scene.sees("正在播放", PATIENCE_MS)
    scene.sees("大厅屏")
    width: Any = scene.phone.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]


def cant_pause_before_the_office_has_set_a_pin(scene: Scene) -> None:
    """The page explains who sets one."""
    scene.sees("还没有设置暂停口令，请联系责任单位设置")
    expect(scene.phone.get_by_label("点位口令")).to_have_count(0)
    sets_the_pin(scene.district)


def pauses_with_the_pin(scene: Scene) -> None:
    """A wrong one is refused; by the right one the glass is dark, but for the way back."""
    scene.phone.reload()
    scene.phone.get_by_label("点位口令").fill("1357")
    scene.phone.get_by_label("原因").fill("接待")
    scene.presses("暂停 10 分钟")
    scene.sees("口令不对")
    scene.phone.get_by_label("点位口令").fill(PIN)
    scene.presses("暂停 10 分钟")
    scene.sees("已暂停 10 分钟")

    until("a dark glass", lambda: scene.state() == "off_hours")
    assert scene.code_on_glass(".door") == qr_svg(scene.address)
    scene.screen.locator(".panel").wait_for(state="hidden", timeout=PATIENCE_MS)
    seen = Image.open(io.BytesIO(scene.screen.screenshot())).convert("L")
    upper = seen.crop((0, 0, seen.width, seen.height // 2))
    assert ImageStat.Stat(upper).extrema[0][1] == 0
    scene.sees("现场暂停")


def goes_on_early(scene: Scene) -> None:
    """With the same PIN; the corner is free again."""
    scene.phone.get_by_label("点位口令").fill(PIN)
    scene.presses("提前恢复")
    scene.sees("已恢复播放")
    until("pictures again", lambda: scene.state() == "playing")
    until("a free corner", scene.is_corner_free)


def reports_a_fault(scene: Scene) -> None:
    """The report is shown below at once."""
    scene.phone.get_by_label("什么问题").select_option(label="画面卡住不动")
    scene.phone.get_by_label("说明（可不填）").fill("上午停了两次")
    scene.presses("报修")
    scene.sees("已报修，责任单位会看到")
    scene.sees("画面卡住不动：上午停了两次")


def sends_a_big_photo_small_and_once(scene: Scene, big: Path) -> None:
    """A phone's photo is megabytes: over a weak network that takes minutes."""
    sent: list[Request] = []

    def keep(request: Request) -> None:
        sent.append(request)

    scene.phone.on("requestfinished", keep)
    scene.phone.locator("#fault [name=file]").set_input_files(big)
    scene.phone.get_by_label("说明（可不填）").fill("屏上有道裂缝")
    pressed_again: Any = scene.phone.evaluate(
        """() => {
          const form = document.querySelector("#fault form");
          form.addEventListener("submit", (event) => event.preventDefault(), { once: true });
          const again = () => form.dispatchEvent(new Event("submit", { cancelable: true }));
          document.querySelector("#fault button").click();
          return [again(), document.querySelector("#fault button").textContent];
        }"""
    )
    scene.sees("屏上有道裂缝", PATIENCE_MS)
    reports = [one for one in sent if one.method == "POST"]

    assert pressed_again == [False, "正在发送…"]
    assert big.stat().st_size > 3_000_000
    assert [size_of(one) < 1_500_000 for one in reports] == [True]


def size_of(request: Request) -> int:
    """Bytes of a request's body."""
    return int(request.all_headers()["content-length"])


def the_office_finds_both(scene: Scene, browser: Browser) -> None:
    """The pause on the reports' page, the report among the faults."""
    username = officer(scene.district, "/api/v1/me").json()["username"]
    person = signs_in(browser, scene.district.server.base, username, PASSWORD)
    person.opens("/reports/pauses")
    row = person.page.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("点位人员（扫码）")
    expect(row).to_contain_text("接待")
    person.opens("/incidents")
    expect(person.page.locator(".incident")).to_contain_text("现场报修")
    person.sees("画面卡住不动：上午停了两次")
    person.context.close()


def test_from_the_code_on_the_glass_to_a_pause_and_a_report(
    district: District, browser: Browser, tmp_path: Path
) -> None:
    screen = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    phone = browser.new_context(
        viewport=PHONE, is_mobile=True, has_touch=True, locale="zh-CN"
    ).new_page()
    scene = Scene(district, screen, phone)
    screen.goto(district.address)
    until("a plan on the glass", lambda: scene.state() == "playing")

    finds_the_code_when_the_screen_shows_who_it_is(scene)
    reads_that_it_plays(scene)
    cant_pause_before_the_office_has_set_a_pin(scene)
    pauses_with_the_pin(scene)
    goes_on_early(scene)
    reports_a_fault(scene)
    sends_a_big_photo_small_and_once(scene, big_photo(tmp_path / "IMG_1.jpg"))
    the_office_finds_both(scene, browser)
    for page in (screen, phone):
        page.context.close()
