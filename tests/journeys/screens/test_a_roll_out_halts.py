"""A new player is rolled out to ten screens and taken; the next one is broken, and halts by itself.

A real server; one screen is the real player in Chromium, nine are virtual players; the console is
in Chromium too. The real player takes the good release and comes back from the broken one alone.
"""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from server.accounts.auth.request_identity import COOKIE
from server.simulator.fleet.box import Box
from server.simulator.fleet.machine import Machine
from server.simulator.player.disk import Credential, Disk
from server.simulator.player.fittings import Fate, Fittings
from server.simulator.wire.links import NetLink
from tests.support.app.people import sign_in
from tests.support.app.world import make_world
from tests.support.browser.chromium import chromium
from tests.support.browser.questions import answers
from tests.support.devices.kiosk import wait_until
from tests.support.devices.rendered_page import on_glass
from tests.support.factories.releases import write_build
from tests.support.patience import PATIENCE_S
from tests.support.processes.furnished_district import KEY, District, furnished, program_token
from tests.support.processes.server import command

pytestmark = [pytest.mark.browser, pytest.mark.long]

SLOT_S = 3
SEEN_S = PATIENCE_S
BUILT_S = 2 * PATIENCE_S
# A browser fetches a release, loads it, gives it up, loads the former one and reports that: half a
# minute by itself, and the server judges ten screens meanwhile.
GIVEN_UP_S = 3 * PATIENCE_S
SERIALS = tuple(f"BOX-{number}" for number in range(1, 11))
RULES = {
    "rings": [{"screens": 10, "soak_s": 0}, {"percent": 100, "soak_s": 0}],
    "grace_s": 600,  # in which a browser takes it, however slow the machine is
    "listen_s": 0,
}
# How long a page of a build may take to play: as long as in production, and hardly at all.
PATIENT_MS, HASTY_MS = 60_000, 700
BROKEN = 'throw new Error("broken release");'


@pytest.fixture
def builds(tmp_path: Path) -> Iterator[dict[str, Future[str]]]:
    """Made while the server starts."""
    made = {"good": ("1.0.1", PATIENT_MS, None), "broken": ("1.0.2", HASTY_MS, BROKEN)}
    with ThreadPoolExecutor() as pool:
        yield {
            name: pool.submit(write_build, tmp_path / name, version, boot_ms=ms, script=script)
            for name, (version, ms, script) in made.items()
        }


@pytest.fixture
def district(tmp_path: Path, builds: dict[str, Future[str]]) -> Iterator[District]:
    del builds  # they begin before it does
    with furnished(tmp_path / "district", SLOT_S, serials=SERIALS) as made:
        yield made


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


class Boxes:
    """Virtual players that beat all the time, on a thread of their own."""

    def __init__(self, district: District, serials: tuple[str, ...], player: str) -> None:
        self.fates: dict[str, Fate] = {}
        self._boxes = [self._box(district.server.base, one, player) for one in serials]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Switch them off."""
        self._over.set()
        self._thread.join(PATIENCE_S)

    def _box(self, base: str, serial: str, player: str) -> Box:
        body = {"grant_type": "enrolment_key", "enrolment_key": KEY, "serial": serial}
        issued = requests.post(f"{base}/api/v1/player/token", json=body, timeout=PATIENCE_S).json()
        link, machine = NetLink(base, sockets=False), Machine(lambda: time.time_ns() / 1e6)
        credential = Credential(issued["access_token"], issued["screen_id"], issued["keys"])
        fittings = Fittings(
            link,
            machine,
            dice=random.Random(serial),
            fate=lambda player: self.fates.get(f"{serial} {player}", "takes"),
        )
        return Box(Disk(credential, player=player), machine, link, fittings)

    def _live(self) -> None:
        while not self._over.wait(0.3):
            for box in self._boxes:
                box.step()
                if box.player is not None:
                    box.player.hurry()


@dataclass
class Chief:
    """The district's administrator: a program of his, and his browser."""

    district: District
    session: str
    token: str
    builds: dict[str, Future[str]]
    folder: Path

    @staticmethod
    def of(district: District, folder: Path, builds: dict[str, Future[str]]) -> "Chief":
        """Signed in beside the running server."""
        world = make_world(district.server.folder)
        world.clock.at_ms = time.time_ns() // 1_000_000
        person = sign_in(world, "admin")
        cookie = person.client.get_cookie(COOKIE)
        assert cookie is not None
        token = program_token(world, person.user_id)
        return Chief(district, cookie.value, token, builds, folder)

    def act(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the API."""
        address = f"{self.district.server.base}/api/v1{path}"
        person = {"Authorization": f"Bearer {self.token}"}
        answer = requests.request(method, address, json=body, headers=person, timeout=PATIENCE_S)
        assert answer.ok, answer.text
        return answer.json()

    def release(self, player: str) -> Any:
        """As the API has it."""
        found = self.act("GET", "/player-releases")["items"]
        return next(one for one in found if one["version"] == player)

    def rolls_out(self, name: str) -> str:
        """Register a build beside the running server and start it; what it calls itself."""
        player = self.builds[name].result(BUILT_S)
        done = command(self.district.server.folder, "player", "register", str(self.folder / name))
        assert player in done.stdout, done.stderr
        self.act("POST", f"/player-releases/{self.release(player)['id']}/start", RULES)
        return player

    def opens_releases(self, browser: Browser) -> Page:
        """At the page of releases."""
        context = browser.new_context(locale="zh-CN")
        base = self.district.server.base
        context.add_cookies([{"name": COOKIE, "value": self.session, "url": base}])
        page = context.new_page()
        page.goto(f"{base}/settings/player")
        return page


def runs(screen: Page, folder: Path) -> bool:
    """Whether the page is of this build, and shows a picture of the plan."""
    script = next(folder.glob("player.*.js")).name
    page = screen.locator(f'script[src="{script}"]')
    return page.count() == 1 and bool(on_glass(screen).get("asset"))


def test_a_good_release_is_taken_and_a_broken_one_halts_by_itself(
    tmp_path: Path, district: District, builds: dict[str, Future[str]], browser: Browser
) -> None:
    chief = Chief.of(district, tmp_path, builds)
    chief.act("PATCH", "/settings", {"player": {"updates": "by_hand"}})
    first = chief.act("GET", "/player-releases")["items"][0]["version"]
    screen = browser.new_context(viewport={"width": 640, "height": 360}).new_page()
    screen.goto(district.address)
    boxes = Boxes(district, SERIALS[1:], first)
    wait_until(lambda: on_glass(screen).get("manifest"), SEEN_S, "a plan on the glass")
    wait_until(lambda: chief.release(first)["running"] == 10, SEEN_S, "ten screens", 0.3)

    good = chief.rolls_out("good")
    wait_until(lambda: runs(screen, tmp_path / "good"), SEEN_S, "the good release", 0.2)
    wait_until(lambda: chief.release(good)["live"], SEEN_S, "all have it", 0.3)

    boxes.fates[f"{SERIALS[4]} {chief.builds['broken'].result(BUILT_S)}"] = "goes back"
    bad = chief.rolls_out("broken")
    wait_until(lambda: chief.release(bad)["state"] == "halted", GIVEN_UP_S, "the halt", 0.3)
    halted = chief.release(bad)
    wait_until(lambda: runs(screen, tmp_path / "good"), SEEN_S, "the release before", 0.2)
    boxes.end()

    assert {one["reason"] for one in halted["failed_screens"]} == {"went_back"}
    assert district.screen_id in halted["halt"]["screen_ids"]
    assert halted["rings"][1]["total"] is None
    assert "failed" not in {play["verdict"] for play in district.log()}
    goes_back_in_one_act(chief.opens_releases(browser))
    assert chief.release(bad)["state"] == "withdrawn"


def goes_back_in_one_act(page: Page) -> None:
    """The page shows the halt, and has the button for it."""
    page.get_by_text("系统已自动暂停").wait_for()
    expect(page.get_by_text("新版本没有播放起来，终端自行退回")).to_have_count(2)
    page.get_by_text("全部退回", exact=True).first.click()
    page.get_by_label("原因").first.fill("新版本无法启动")
    with page.expect_response("**/roll-back"):
        page.get_by_role("button", name="全部退回").first.click()
        answers(page)
