"""A box whose own clock shows 1970, 2038 or tomorrow: the server's time decides, now and later.

Real: server, Chromium with one profile, player. Not real: the time of `Date` in the page,
which is all that the player asks of the box's clock.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from playlists.wire.model import Manifest
from playlists.wire.seat import seat
from server.playlog.model.verdict_rules import LATE_MS
from tests.support.devices.box_process import HEADLESS, Surroundings
from tests.support.devices.kiosk import Kiosk, kiosk, wait_until
from tests.support.devices.rendered_page import picture_on
from tests.support.processes.furnished_district import District, furnished

pytestmark = pytest.mark.timeout(900)

SLOT_S = 8  # a sample takes over a second with others at work on the machine
DAY_MS = 86_400_000
RIGHT_MS = 2_000
SAMPLES, FEW_SAMPLES = 5, 3
YEARS = (1970, 2038)
ELSEWHERE = Surroundings(HEADLESS.flags, {"TZ": "America/St_Johns"})
# The page's clock of the box: `shift` ms off.
DATE = """(() => {
  const right = Date.now;
  Date.now = () => right() + (%d);
})()"""
KEPT = """() => new Promise((resolve) => {
  indexedDB.open("anping").onsuccess = ({target: {result}}) => {
    const asked = result.transaction("facts").objectStore("facts").get("clock");
    asked.onsuccess = () => resolve(asked.result);
  };
})"""
LAST_PLAY = """() => new Promise((resolve) => {
  indexedDB.open("anping").onsuccess = ({target: {result}}) => {
    const reading = result.transaction(["boots", "plays"]);
    const [boots, plays] = ["boots", "plays"].map((name) => reading.objectStore(name).getAll());
    reading.oncomplete = () => {
      const {boot} = boots.result.pop();
      resolve(plays.result.filter((play) => play.boot === boot).pop());
    };
  };
})"""


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    with furnished(tmp_path / "district", SLOT_S) as made:
        yield made


@dataclass
class Screen:
    """What the screen plays, and where its box keeps everything."""

    district: District
    profile: Path
    manifest: Manifest | None = None

    def boots(self, box: Kiosk, shift_ms: int) -> None:
        """Switched on with its clock that far from the right time; returns with a picture on."""
        box.switch_on()
        box.page.add_init_script(DATE % shift_ms)
        box.page.goto(self.district.address)
        wait_until(lambda: box.facts().get("asset") in self.district.pictures, 60, "our pictures")
        asked_ms = now_ms()
        page_ms = box.page.evaluate("() => Date.now()") - shift_ms
        assert asked_ms - RIGHT_MS < page_ms < now_ms() + RIGHT_MS
        if self.manifest is None:
            self.manifest = self.district.manifest(box.facts()["manifest"])

    def shows(self, box: Kiosk, at_ms: Callable[[], float], samples: int = SAMPLES) -> None:
        """The glass has the picture of that time, before and after a swap."""
        manifest = self.manifest
        assert manifest is not None
        right: list[str] = []

        def agrees() -> bool:
            before = seat(manifest, round(at_ms() - LATE_MS)).asset
            seen = picture_on(box.screenshot(), self.district.pictures)
            if before == seat(manifest, round(at_ms() + LATE_MS)).asset:
                assert seen == before
                right.append(seen)
            return len(right) >= samples and len(set(right)) > 1

        wait_until(agrees, 60, f"{samples} looks at more than one picture", 0.2)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def year_ms(year: int) -> int:
    return int(datetime(year, 1, 20, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.browser
@pytest.mark.long
def test_a_box_of_1970_or_2038_in_another_zone_shows_what_is_due_and_counts_it_today(
    district: District, tmp_path: Path
) -> None:
    screen, began_s = Screen(district, tmp_path / "profile"), time.time()
    with kiosk(screen.profile, "about:blank", ELSEWHERE) as box:
        for year in YEARS:
            booted_s = time.time()
            screen.boots(box, year_ms(year) - now_ms())
            assert box.page.evaluate("() => new Date(Date.now()).getFullYear()") == year
            assert box.page.evaluate("() => new Date(0).getTimezoneOffset()") == 3.5 * 60
            wait_until(lambda: box.facts().get("sync") == "fine", 20, "the server's time")
            screen.shows(box, now_ms, FEW_SAMPLES)
            wait_until(partial(counted_since, district, booted_s), 60, "plays of this boot", 0.5)
            box.cut_power()
    assert all(began_s < start_s < time.time() for start_s in starts_s(district))


def starts_s(district: District) -> list[float]:
    """When plays that are counted began."""
    log = [one["start"] for one in district.log() if one["state"] == 0 and one["start"]]
    return [datetime.fromisoformat(one).timestamp() for one in log]


def counted_since(district: District, since_s: float) -> bool:
    """Whether a play that began after that is counted."""
    return any(one > since_s for one in starts_s(district))


@pytest.mark.soak
def test_the_servers_time_decides_over_the_boxs_clock(district: District, tmp_path: Path) -> None:
    screen = Screen(district, tmp_path / "profile")
    with kiosk(screen.profile, "about:blank") as box:
        screen.boots(box, -now_ms())
        wait_until(lambda: box.facts().get("sync") == "fine", 20, "the server's time")
        screen.shows(box, now_ms)
        box.cut_power()

        screen.boots(box, DAY_MS)
        wait_until(lambda: box.facts().get("sync") == "fine", 20, "the server's time")
        screen.shows(box, now_ms)
        box.cut_power()
        district.server.kill()

        # As wrong as before: the offset measured then holds.
        screen.boots(box, DAY_MS)
        screen.shows(box, now_ms)
        box.cut_power()

        # Set right meanwhile, so behind the last server time: on from there, without a claim.
        screen.boots(box, 0)
        goes_on_from_what_it_has_kept(screen, box)
        box.cut_power()

        # A day ahead of the last server time, which may be true: trusted, and recorded in its
        # plays.
        screen.boots(box, 2 * DAY_MS)
        screen.shows(box, lambda: now_ms() + DAY_MS)
        assert box.page.evaluate(LAST_PLAY)["clock"]["source"] == "stored"
        box.cut_power()

        # Its battery gave out: 1970. On from the last known time again.
        screen.boots(box, -now_ms())
        goes_on_from_what_it_has_kept(screen, box)


def goes_on_from_what_it_has_kept(screen: Screen, box: Kiosk) -> None:
    """The last kept server time is where this boot began; its plays claim no clock."""
    kept_ms = box.page.evaluate(KEPT)["serverMs"]
    screen.shows(box, lambda: kept_ms + since_boot(box))
    play: dict[str, Any] = box.page.evaluate(LAST_PLAY)
    assert (play["clock"], box.facts()["sync"]) == (None, "none")


def since_boot(box: Kiosk) -> float:
    """Monotonic ms of the page."""
    return float(box.page.evaluate("() => performance.now()"))
