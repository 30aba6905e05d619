"""Twenty minutes of changes each second, and what the page has gathered meanwhile; in short, one.

A real server and the real player in Chromium. At a change every second these are as many plays as a
screen with slots of ten seconds has in more than three hours.
"""

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.app.world import World
from tests.support.devices.kiosk import Kiosk, kiosk
from tests.support.devtools.page_memory import Sample, bytes_an_hour, grown, private_bytes, sample
from tests.support.factories.sample_files import clip
from tests.support.factories.screenshots import make_filmed
from tests.support.patience import until
from tests.support.processes.furnished_district import FILM, District, coloured_picture, furnished

pytestmark = pytest.mark.timeout(7200)

SLOT_S = 1
MINUTES = int(os.environ.get("ANPING_TEST_MINUTES", "20"))
WARM_UP_S, EVERY_S = 600, 20  # in which V8 compiles the code called each second
SHORT_WARM_UP, A_THIRD, EVERY = 15, 10, 3
"""Changes, by which the short form counts: a busy machine makes fewer in a second."""
COUNT = """() => {
  window.changes = 0;
  let was = document.body.dataset.asset;
  new MutationObserver(() => {
    const { asset } = document.body.dataset;
    if (asset && asset !== was) window.changes += 1;
    was = asset;
  }).observe(document.body, { attributeFilter: ["data-asset"] });
}"""
A_FEW = 8  # one for each change between the thirds would be ten and more
MIB = 1024 * 1024
MOST_GROWN_SOON = MIB // 2  # V8 still warms up
MOST_BYTES_AN_HOUR = 500_000  # 139 a change: what ends with the warm-up is no leak, what goes on is
PENDING = re.compile(r"status of 400 .*|.*/token")


def picture_or_short_film(world: World, author: int, name: str) -> tuple[int, dict[str, bytes]]:
    """A coloured picture, or for `FILM` a moving clip as long as a slot."""
    if name != FILM:
        return coloured_picture(world, author, name)
    path = world.core.settings.data / "film.mp4"
    film = clip(path, seconds=SLOT_S, size=(640, 360), picture="testsrc2")
    return make_filmed(world, film, SLOT_S, author=author), {}


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    ordered = [(("red", FILM, "green"), {"target": {"kind": "filler"}})]
    with furnished(tmp_path / "district", SLOT_S, ordered, picture_or_short_film) as made:
        yield made


@dataclass
class PageLog:
    """What the page asked for and complained of."""

    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def listens(self, page: Page) -> None:
        """From now on."""
        context = page.context
        context.on("request", lambda one: self.hosts.add(one.url.split("/")[2]))
        context.on("weberror", lambda one: self.complaints.append(str(one.error)))
        context.on("console", self._note)

    def _note(self, message: Any) -> None:
        if message.type == "error" and not PENDING.match(message.text):
            self.complaints.append(message.text)


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.timeout(900)
def test_thirty_changes_leave_no_node_and_no_listener_behind(
    district: District, tmp_path: Path
) -> None:
    with kiosk(tmp_path / "profile", district.address) as box:
        box.switch_on()
        until("a picture", lambda: box.facts().get("asset"), every_s=0.2)
        box.wait_until_kept()  # from then on it doesn't reload itself
        box.page.evaluate(COUNT)
        changes_come(box, SHORT_WARM_UP)
        samples = watched_by_changes(box)
    report(samples)

    assert grown([one.nodes for one in samples]) <= A_FEW
    assert grown([one.listeners for one in samples]) <= A_FEW
    assert grown([one.heap for one in samples]) < MOST_GROWN_SOON


@pytest.mark.soak
def test_the_page_gathers_nothing_in_twenty_minutes_of_changes_each_second(
    district: District, tmp_path: Path
) -> None:
    profile, log = tmp_path / "profile", PageLog()
    with kiosk(profile, district.address) as box:
        box.switch_on()
        log.listens(box.page)
        until("a picture", lambda: box.facts().get("asset"), every_s=0.2)
        time.sleep(WARM_UP_S)
        before = private_bytes(profile)
        samples = watched(box, MINUTES * 60)
        after = private_bytes(profile)
    counted = [play for play in district.log() if play["state"] == 0]
    report(samples)
    print(
        f"private memory {before / MIB:.0f} to {after / MIB:.0f} MiB; {len(counted)} plays counted"
    )

    assert bytes_an_hour(samples) < MOST_BYTES_AN_HOUR
    assert grown([one.nodes for one in samples]) <= 0
    assert grown([one.listeners for one in samples]) <= 0
    assert log.hosts == {district.server.base.removeprefix("http://")}
    assert log.complaints == []
    assert len(counted) > 0.97 * (WARM_UP_S + MINUTES * 60) / SLOT_S


def changes_come(box: Kiosk, more: int) -> None:
    """So many changes pass."""
    begun = box.page.evaluate("() => window.changes")
    until(f"{more} changes", lambda: box.page.evaluate("() => window.changes") >= begun + more)


def watched_by_changes(box: Kiosk) -> list[Sample]:
    """Samples of the page after every few changes, through three thirds."""
    session = box.page.context.new_cdp_session(box.page)
    session.send("Performance.enable")
    samples = []
    for _ in range(3 * A_THIRD // EVERY):
        changes_come(box, EVERY)
        samples.append(sample(session))
    return samples


def watched(box: Kiosk, seconds: float, every_s: float = EVERY_S) -> list[Sample]:
    """Samples of the playing page, from time to time."""
    session = box.page.context.new_cdp_session(box.page)
    session.send("Performance.enable")
    samples, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        assert box.facts().get("life") == "play"
        samples.append(sample(session))
        time.sleep(every_s)
    return samples


def report(samples: list[Sample]) -> None:
    """The figures, for the books."""
    first, last = samples[0], samples[-1]
    print(
        f"{len(samples)} looks in {(last.at_s - first.at_s) / 60:.0f} min: heap "
        f"{first.heap / MIB:.2f} to {last.heap / MIB:.2f} MiB, {bytes_an_hour(samples):,.0f} bytes "
        f"an hour; nodes {first.nodes:.0f} to {last.nodes:.0f}, listeners {first.listeners:.0f} to "
        f"{last.listeners:.0f}"
    )
