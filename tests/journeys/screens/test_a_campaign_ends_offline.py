"""A campaign that ends today stops on time on a screen that nobody reaches for a month.

Real: the server, which makes and signs the plan and is then killed; Chromium with one profile all
the time; the player, its service worker, its database. Not real: the time that passes. Each boot
of the box sets the time in Chromium (`tests/support/devices/fast_clock.py`), as if that many days
had gone by, and lets its time go as fast as it can. The box has no server to ask for the time, as
in a bus without coverage, so its own clock decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import expect

from playlists.wire.model import Manifest
from playlists.wire.seat import seat
from tests.support.devices.fast_clock import FastClock
from tests.support.devices.kiosk import Kiosk, kiosk
from tests.support.devices.rendered_page import picture_on
from tests.support.patience import until
from tests.support.processes.furnished_district import District, furnished

pytestmark = [pytest.mark.browser, pytest.mark.long]

ZONE = ZoneInfo("Asia/Shanghai")
SLOT_S = 15
STEP_MS = 10_000
BESIDE_MS = 500  # slots begin at whole seconds; a page follows its glass some milliseconds later
BOOT_MS = 120_000
DAYS_AWAY = (0, 1, 3, 6, 27)  # after the campaign's last one
EXPIRED_DAYS = 31
MINUTE_MS, HOUR_MS = 60_000, 3_600_000


def last_day() -> datetime:
    """Today's midnight; tomorrow's where today is nearly over, as binding takes some seconds."""
    soon = datetime.now(ZONE) + timedelta(minutes=15)
    return soon.replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.fixture
def ending_on() -> datetime:
    """The campaign's last day, asked once: the next minute may belong to another."""
    return last_day()


@pytest.fixture
def district(tmp_path: Path, ending_on: datetime) -> Iterator[District]:
    """Half of each hour is the campaign's, for its last day; the rest is the venue's own."""
    ends_on = ending_on.date().isoformat()
    ending = {"target": {"kind": "share_of_voice", "value": 0.5}, "ends_on": ends_on}
    ordered = [(("red",), ending), (("green", "blue"), {"target": {"kind": "filler"}})]
    with furnished(tmp_path / "district", SLOT_S, ordered) as made:
        yield made


@dataclass
class Screen:
    """What the screen plays, and where its box keeps everything."""

    district: District
    profile: Path
    manifest: Manifest

    def is_campaigns(self, asset: str) -> bool:
        """Whether a file is one of the campaign's."""
        own = self.manifest.campaigns.index(self.district.campaign)
        loops = self.manifest.loops.values()
        shown = {slot.asset for loop in loops for slot in loop.slots if slot.campaign == own}
        return asset in {self.manifest.assets[one].digest for one in shown}


@dataclass(frozen=True)
class Sample:
    """The content on the glass at an instant, by the page's report and by the composited page."""

    at_ms: int
    asset: str
    seen: str


def binds_and_loses_its_server(district: District, profile: Path) -> Screen:
    """The box gets its plan and all files; then the server is gone for good."""
    with kiosk(profile, district.address) as box:
        box.switch_on()
        until("our pictures", lambda: box.facts().get("asset") in district.pictures)
        manifest = district.manifest(box.facts()["manifest"])
        box.wait_until_kept()
        district.server.kill()
    return Screen(district, profile, manifest)


def boots_at(screen: Screen, box: Kiosk, at_ms: int) -> FastClock:
    """Switched on when its clock has that time; returns when the plan is on the glass."""
    box.switch_on()
    clock = FastClock(box.page, at_ms)
    box.page.goto(screen.district.address, wait_until="commit")
    for _ in range(BOOT_MS // 1_000):
        if box.facts().get("asset") in screen.district.pictures:
            return clock
        clock.run(1_000)
    text = f"no picture within two minutes of booting: {box.facts()}"
    raise AssertionError(text)


def watches(screen: Screen, at_ms: int, until_ms: int) -> list[Sample]:
    """One boot, from an instant to another: the content on the glass every few seconds."""
    samples = []
    with kiosk(screen.profile, "about:blank") as box:
        clock = boots_at(screen, box, at_ms + BESIDE_MS)
        while clock.now_ms() < until_ms:
            clock.run(STEP_MS)
            seen = picture_on(box.screenshot(), screen.district.pictures)
            samples.append(Sample(clock.now_ms(), box.facts()["asset"], seen))
    return samples


def agree(screen: Screen, samples: list[Sample]) -> int:
    """How many samples show the content that the plan has at that very instant."""
    due = [seat(screen.manifest, sample.at_ms).asset for sample in samples]
    return sum(
        sample.asset == sample.seen == want for sample, want in zip(samples, due, strict=True)
    )


def falls_back_when_its_orders_expire(screen: Screen, at_ms: int) -> None:
    """Thirty days after the last word nobody vouches for the plan: the built-in slide."""
    with kiosk(screen.profile, "about:blank") as box:
        box.switch_on()
        clock = FastClock(box.page, at_ms)
        box.page.goto(screen.district.address, wait_until="commit")
        for _ in range(BOOT_MS // 1_000):
            clock.run(1_000)
            if box.facts().get("state") == "fallback":
                break
        facts, glass = box.facts(), Image.open(BytesIO(box.screenshot()))
        assert (facts["state"], facts["asset"]) == ("fallback", "")
        expect(box.page.locator(".builtin")).to_be_visible()
        expect(box.page.locator(".layer.on")).to_have_count(0)
        assert glass.convert("L").getextrema()[1] > 150, "words on it can be read"


def test_a_campaign_ends_with_its_last_day_on_a_screen_offline_for_a_month(
    district: District, ending_on: datetime, tmp_path: Path
) -> None:
    midnight_ms = round((ending_on + timedelta(days=1)).timestamp() * 1000)
    screen = binds_and_loses_its_server(district, tmp_path / "profile")

    samples = watches(screen, midnight_ms - 2 * MINUTE_MS, midnight_ms + MINUTE_MS)
    for days in DAYS_AWAY:
        some_hour_ms = midnight_ms + (24 * days + 9 + days % 7) * HOUR_MS
        samples += watches(screen, some_hour_ms, some_hour_ms + MINUTE_MS)

    before = [sample for sample in samples if sample.at_ms < midnight_ms]
    after = [sample for sample in samples if sample.at_ms >= midnight_ms]
    print(f"{len(before)} looks before, {len(after)} after, {agree(screen, samples)} as planned")
    assert {screen.is_campaigns(sample.seen) for sample in before} == {True, False}
    assert not any(screen.is_campaigns(sample.seen) for sample in after)
    assert {sample.seen for sample in after} <= set(district.pictures)
    assert len(after) >= len(DAYS_AWAY) * 5
    assert agree(screen, samples) >= 0.8 * len(samples)
    falls_back_when_its_orders_expire(screen, midnight_ms + EXPIRED_DAYS * 24 * HOUR_MS)
