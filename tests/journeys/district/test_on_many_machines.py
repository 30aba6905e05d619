"""From an upload to a counted play on known parts: PostgreSQL, Redis, a bucket, nginx, two workers.

Every request goes through nginx to whichever worker takes it; the screen is a real Chromium.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.app.campaigns import EVERYWHERE, open_office
from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.world import World
from tests.support.devices.box_process import HEADLESS, Surroundings
from tests.support.devices.kiosk import Kiosk, kiosk, wait_until
from tests.support.factories.sample_files import photo
from tests.support.many import Park, park
from tests.support.patience import PATIENCE_S
from tests.support.processes.furnished_district import KEY, SERIAL, open_doors, program_token

pytestmark = [pytest.mark.browser, pytest.mark.long]

SLOT_S = 10
READY_S, COUNTED_S = 120.0, 180.0
# The root of the test's own authority is no one's whom a browser trusts.
TRUSTING = Surroundings((*HEADLESS.flags, "--ignore-certificate-errors"))


@dataclass
class Office:
    """Two people's programs, and the screen's number."""

    author: str = ""
    reviewer: str = ""
    screen: str = ""
    base: str = ""
    root: str = ""
    asked: list[str] = field(default_factory=list)

    def furnish(self, world: World) -> None:
        """People, and a venue whose box comes by key."""
        people = open_office(world)
        self.author = program_token(world, people.author.user_id)
        self.reviewer = open_doors(world, people.reviewer.user_id)
        venue = make_venue(world)
        self.screen = make_screen(world, venue=venue, serial=SERIAL, enrolled_at=None).public_id

    def asks(self, path: str, method: str = "GET", token: str = "", **content: Any) -> Any:
        """A request of the author's, or of another's."""
        answer = requests.request(
            method,
            f"{self.base}/api/v1{path}",
            headers={"Authorization": f"Bearer {token or self.author}"},
            verify=self.root,
            timeout=PATIENCE_S,
            **content,
        )
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def signs(self, campaign: str) -> None:
        """The reviewer reads it and signs what he has read."""
        address = f"{self.base}/api/v1/campaigns/{campaign}"
        headers = {"Authorization": f"Bearer {self.reviewer}"}
        read = requests.get(address, headers=headers, verify=self.root, timeout=30)
        headers["If-Match"] = read.headers["ETag"]
        answer = requests.post(
            f"{address}/approve", json={}, headers=headers, verify=self.root, timeout=30
        )
        assert answer.ok, answer.text


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def made(tmp_path: Path, office: Office) -> Iterator[Park]:
    with park(tmp_path, office.furnish) as one:
        office.base, office.root = one.nginx.base, str(one.nginx.root)
        yield one


@pytest.fixture
def box(made: Park, tmp_path: Path) -> Iterator[Kiosk]:
    address = f"{made.nginx.base}/player/#enrol={KEY}&serial={SERIAL}"
    with kiosk(tmp_path / "profile", address, TRUSTING) as one:
        yield one


def test_a_picture_is_uploaded_published_shown_and_counted(
    made: Park, office: Office, box: Kiosk, tmp_path: Path
) -> None:
    asset = uploads(office, tmp_path)
    campaign = publishes(office, asset)
    files = {one["digest"] for one in office.asks(f"/assets/{asset}")["renditions"]}

    box.switch_on()
    wait_until(lambda: box.facts().get("asset") in files, COUNTED_S, "the picture on the glass")
    wait_until(lambda: confirmed(office, campaign) >= 1, COUNTED_S, "a counted play")

    workers = len(made.workers())
    print(f"\n{confirmed(office, campaign)} plays counted, {workers} workers")
    now = office.asks(f"/screens/{office.screen}/now")
    assert (now["connected"], now["player_state"]) == (True, "playing")


def uploads(office: Office, folder: Path) -> str:
    """A photo; its id once it was processed."""
    with photo(folder / "photo.jpg").open("rb") as file:
        asset: str = office.asks("/assets", "POST", files={"file": file})["id"]
    wait_until(
        lambda: office.asks(f"/assets/{asset}")["state"] == "ready", READY_S, "a processed picture"
    )
    return asset


def publishes(office: Office, asset: str) -> str:
    """A campaign that fills the hours, signed off by another person."""
    items = [{"asset_id": asset, "duration_s": SLOT_S}]
    playlist = office.asks("/playlists", "POST", json={"name": "防骗", "items": items})["id"]
    body = {
        "name": "防骗宣传",
        "playlist_id": playlist,
        "starts_on": str(datetime.now(UTC).date() - timedelta(days=1)),
        "ends_on": "2030-12-31",
        "target": {"kind": "filler"},
        "selector": EVERYWHERE,
    }
    campaign: str = office.asks("/campaigns", "POST", json=body)["id"]
    office.asks(f"/campaigns/{campaign}/submit", "POST", json={"include_assets": True})
    office.signs(campaign)
    return campaign


def confirmed(office: Office, campaign: str) -> int:
    """Its plays of these days that count, by the report that people read."""
    today = time.time()
    days = "&".join(
        f"{name}={time.strftime('%Y-%m-%d', time.gmtime(today + shift))}"
        for name, shift in (("from", -86_400), ("to", 86_400))
    )
    report = office.asks(f"/reports/plays?{days}&group_by=campaign", token=office.reviewer)
    return sum(row["confirmed"] for row in report["items"] if row["campaign_id"] == campaign)
