"""A screen under attack: the content due on its glass, the content shown, and its beats.

Between the player in Chromium and its server is the hostile proxy; the office puts up notices
meanwhile.
"""

import io
import json
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from PIL import Image

from playlists.wire.manifest import decode
from playlists.wire.model import Manifest
from playlists.wire.seat import seat
from server.playlog.model.verdict_rules import LATE_MS
from tests.support.app.people import VERDICTS
from tests.support.app.world import World
from tests.support.defect import Defect
from tests.support.devices.box_process import Surroundings
from tests.support.devices.kiosk import Kiosk, kiosk, wait_until
from tests.support.devices.rendered_page import player_report
from tests.support.network.attacks import ORDERS, Evil, evil_like
from tests.support.network.hostile_proxy import HostileProxy, hostile_proxy
from tests.support.patience import PATIENCE_S, until
from tests.support.processes.furnished_district import (
    KEY,
    SERIAL,
    District,
    coloured_picture,
    furnished,
)

SLOT_S = 6
"""Most of which is further from a swap than a screen may be late."""
PLAN = ("red", "green", "blue")
NOTICES = ("magenta", "cyan", "orange")
COLOURS = {
    "red": (254, 0, 0),
    "green": (0, 128, 1),
    "blue": (0, 0, 254),
    "magenta": (255, 0, 255),
    "cyan": (0, 255, 255),
    "orange": (255, 165, 0),
    "white": (255, 255, 255),
    "black": (0, 0, 0),
}
BUILT_IN = "the built-in slide"
GROUND = (10, 31, 59)
"""The middle of that slide's gradient (`.builtin` of player/player.css)."""
NEAR = 40
SAMPLE_INTERVAL_S = 0.4
OTHER_SERIAL = "BOX-2"
SMALL = Surroundings(("--headless=new", "--window-size=640,447"))


def colour_on(screenshot: bytes) -> str:
    """The one colour of the whole middle of the glass, or what else there is."""
    picture = Image.open(io.BytesIO(screenshot)).convert("RGB")
    wide, high = picture.size
    middle = picture.crop((wide // 4, high // 4, wide * 3 // 4, high * 3 // 4))
    flat = middle.resize((32, 18), Image.Resampling.NEAREST).tobytes()
    points = [flat[at : at + 3] for at in range(0, len(flat), 3)]
    for name, wanted in COLOURS.items():
        if all(is_near(point, wanted) for point in points):
            return name
    if 2 * sum(is_near(point, GROUND) for point in points) > len(points):
        return BUILT_IN
    return f"something else ({len(set(points))} colours)"


def is_near(point: bytes, wanted: tuple[int, int, int]) -> bool:
    """Whether a point has this colour, but for how the picture was encoded."""
    return all(abs(a - b) <= NEAR for a, b in zip(point, wanted, strict=True))


@dataclass
class Assets:
    """What the maker made: asset ids of notices by colour, and colours of files by digest."""

    notices: dict[str, str] = field(default_factory=dict)
    colours: dict[str, str] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)

    def make(self, world: World, author: int, colour: str) -> tuple[int, dict[str, bytes]]:
        """A picture of the plan; beside the first, those of the notices to come."""
        if not self.notices:
            for name in NOTICES:
                self.notices[name] = f"a_{self._picture(world, author, name)[0]}"
        return self._picture(world, author, colour)

    def _picture(self, world: World, author: int, colour: str) -> tuple[int, dict[str, bytes]]:
        number, found = coloured_picture(world, author, colour)
        self.colours |= dict.fromkeys(found, colour)
        self.contents |= found
        return number, found


@dataclass
class Siege:
    """The screen, its server, the proxy between, and the observations."""

    district: District
    assets: Assets
    proxy: HostileProxy
    box: Kiosk
    manifest: Manifest
    evil: Evil
    of_another: dict[str, str]
    ended: dict[str, str] = field(default_factory=dict)
    notice: str = ""
    samples: list[str] = field(default_factory=list)
    incidents: Sequence[tuple[str, str]] = ()
    since: int = 0
    table: list[tuple[str, str, str]] = field(default_factory=list)

    def belongs(self) -> str:
        """The colour of the notice, else of the seat by the last good order."""
        now_ms = time.time_ns() // 1_000_000
        around = {seat(self.manifest, now_ms + shift).asset for shift in (-LATE_MS, LATE_MS)}
        colours = {self.assets.colours[str(asset)] for asset in around}
        return self.notice or (colours.pop() if len(colours) == 1 else "")

    def sample(self, *also: str) -> str:
        """One sample of the glass; near a swap it is inconclusive."""
        before = self.belongs()
        seen = colour_on(self.box.screenshot())
        if before == self.belongs() != "":
            self.samples.append(seen)
            if seen not in (before, *also):
                raise wrong(seen, before, player_report(self.box.page))
        return seen

    def watch(self, for_s: float) -> None:
        """Sample for a while, and until a sample was conclusive."""
        began, end = len(self.samples), time.monotonic() + for_s

        def has_sampled() -> bool:
            self.sample()
            return len(self.samples) > began and time.monotonic() >= end

        until("a look away from a swap", has_sampled, every_s=SAMPLE_INTERVAL_S)

    def watch_until(self, holds: Callable[[], Any], within_s: float, what: str) -> None:
        """Sample until it holds."""

        def has_sampled() -> Any:
            self.sample()
            return holds()

        wait_until(has_sampled, within_s, what, SAMPLE_INTERVAL_S)

    def comes(self, colour: str, within_s: float = 20) -> None:
        """The notice is on the glass before that long; until then the seat is."""
        wait_until(
            lambda: self.sample(colour) == colour,
            within_s,
            f"{colour} on the glass",
            SAMPLE_INTERVAL_S,
        )
        self.notice = colour

    def starts(self, colour: str) -> str:
        """The office puts a notice on all screens; its id."""
        body = {"asset_id": self.assets.notices[colour], "selector": {"all": True}}
        takeover = self.district.posts("/api/v1/takeovers", body)["id"]
        asks(self.district, "POST", f"/api/v1/takeovers/{takeover}/approve", self.district.token)
        return str(takeover)

    def ends(self, takeover: str) -> None:
        """The office ends it, and the screen goes back to its plan if it was there."""
        asks(self.district, "DELETE", f"/api/v1/takeovers/{takeover}", self.district.officer)
        former, self.notice = self.notice, ""
        wait_until(lambda: self.sample(former) in PLAN, 20, "the plan", SAMPLE_INTERVAL_S)

    def reports(self, *incidents: tuple[str, str]) -> None:
        """A beat that the server acknowledged has named these; a broken link brings one soon."""
        self.proxy.cut()
        missing = f"in none of the beats since: {incidents}"
        self.watch_until(lambda: set(incidents) <= self.incidents_since(self.since), 45, missing)
        self.incidents = incidents

    def incidents_since(self, since: int = 0) -> set[tuple[str, str]]:
        """Code and detail of the reports to the server; a file is named by its colour."""
        beats = self.proxy.beats[since:]
        reported = [one for beat in beats for one in beat["incidents"]]
        colours = self.assets.colours
        return {(str(one["code"]), colours.get(one["detail"], one["detail"])) for one in reported}

    @contextmanager
    def row(self, attack: str) -> Iterator[None]:
        """One attack, with its observations at the end."""
        self.samples.clear()
        self.since = len(self.proxy.beats)
        began = time.monotonic()
        yield
        glass = ", ".join(f"{one} {self.samples.count(one)}" for one in dict.fromkeys(self.samples))
        reported = [f"{code}: {detail[:16]}" for code, detail in self.incidents]
        self.table.append(
            (f"{attack}, {time.monotonic() - began:.0f} s", glass, "; ".join(reported))
        )

    def is_behind(self) -> bool:
        """The server sees that the screen hasn't got its newest order."""
        now = self.district.asks(f"/api/v1/screens/{self.district.screen_id}/now")
        return bool(now["newest_version"] > now["player_version"])

    def is_well(self) -> bool:
        """Linked, with the newest order, and playing it."""
        facts = self.box.facts()
        return (facts.get("link"), facts.get("state")) == ("up", "playing") and not self.is_behind()

    def files(self, colour: str) -> Iterator[tuple[str, bytes]]:
        """Paths and contents of a picture, one for each class of screens."""
        for digest, name in self.assets.colours.items():
            if name == colour:
                yield f"/files/{digest}", self.assets.contents[digest]

    @property
    def newest(self) -> dict[str, str]:
        """The last order that the server sent."""
        return self.proxy.assignments[-1]


def wrong(seen: str, before: str, report: dict[str, Any]) -> AssertionError:
    """A picture of the plan that is shown too long may be the machine's fault.

    Any other is a defect. `report` is the player's own, right after.
    """
    text = f"{seen} on the glass in place of {before}; then the player reports {report}"
    ours = seen in PLAN or seen not in COLOURS
    return AssertionError(text) if ours else Defect(text)


def asks(district: District, method: str, path: str, token: str) -> Any:
    """A request without a body of its own."""
    body = b"{}" if method == "POST" else None
    request = urllib.request.Request(district.server.base + path, body, method=method)
    request.add_header("Authorization", f"Bearer {token}")
    request.add_header("Content-Type", "application/json")
    if path.endswith(VERDICTS):
        request.add_header("If-Match", tag_of(district, path.rpartition("/")[0], token))
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
        return json.loads(answer.read() or b"null")


def tag_of(district: District, path: str, token: str) -> str:
    """The tag of what a verdict is on."""
    request = urllib.request.Request(district.server.base + path)
    request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=20) as answer:
        return str(answer.headers["ETag"])


def bound_beside(district: District) -> tuple[dict[str, str], str]:
    """A genuine order that the same server signed for another screen, and its manifest."""
    credentials = {"grant_type": "enrolment_key", "enrolment_key": KEY, "serial": OTHER_SERIAL}
    url = f"{district.server.base}/api/v1/player/token"
    request = urllib.request.Request(url, json.dumps(credentials).encode())
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
        token = json.load(answer)["access_token"]
    orders: list[dict[str, str]] = []

    def ordered() -> bool:
        with suppress(HTTPError):  # 404 until its plan is made
            orders.append(asks(district, "GET", ORDERS, token))
        return bool(orders)

    wait_until(ordered, 30, "the plan of the other screen", SAMPLE_INTERVAL_S)
    order = orders[0]
    digest = json.loads(order["assignment"])["manifest"]
    with urllib.request.urlopen(
        f"{district.server.base}/manifests/{digest}", timeout=PATIENCE_S
    ) as answer:
        return order, answer.read().decode()


@contextmanager
def besieged(folder: Path) -> Iterator[Siege]:
    """A box, switched off, whose server's plan is made; in the end a table of the attacks."""
    assets, enrolment = Assets(), f"#enrol={KEY}&serial={SERIAL}"
    ordered = ((PLAN, {"target": {"kind": "filler"}}),)
    serials = (SERIAL, OTHER_SERIAL)
    with (
        furnished(folder / "district", SLOT_S, ordered, assets.make, serials) as district,
        hostile_proxy(district.server.base) as proxy,
        kiosk(folder / "profile", f"{proxy.base}/player/{enrolment}", SMALL) as box,
    ):
        of_another, manifest = bound_beside(district)
        made = Siege(
            district, assets, proxy, box, decode(manifest), evil_like(manifest), of_another
        )
        yield made
        print(f"\n{'attack':52} {'on the glass (looks)':44} told in a beat")
        for attack, glass, reported in made.table:
            print(f"{attack:52} {glass:44} {reported}")
