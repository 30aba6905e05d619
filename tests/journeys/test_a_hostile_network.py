"""A network that lies: the real player before a real server, and between them a hostile proxy.

Every attack is made on a screen that plays. What stands on the glass is read off the composited
page all the time and must be what the last good order says; when the attack is over the player
must be well without a visit; and a beat that the server acknowledges must name what happened.
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

import pytest
from PIL import Image

from playlists.manifest import decode
from playlists.model import Manifest
from playlists.seat import seat
from tests.support.attacks import (
    LASTING,
    ORDERS,
    PORTAL,
    Dripping,
    Endless,
    Evil,
    Freeze,
    Instead,
    Portal,
    Silence,
    evil_like,
    of_length,
    signed_by_attacker,
)
from tests.support.furnished import KEY, SERIAL, District, coloured_picture, furnished
from tests.support.hostile_proxy import HostileProxy, Reply, hostile_proxy
from tests.support.kiosk import Kiosk, Surroundings, kiosk, wait_until
from tests.support.world import World

pytestmark = pytest.mark.timeout(300)

SLOT_S = 2
PLAN = ("red", "green", "blue")
NOTICES = ("magenta", "cyan", "orange")
COLOURS = {
    **{
        "red": (254, 0, 0),
        "green": (0, 128, 1),
        "blue": (0, 0, 254),
    },
    **{"magenta": (255, 0, 255), "cyan": (0, 255, 255), "orange": (255, 165, 0)},
    **{"white": (255, 255, 255)},
}
NEAR = 40
AROUND_SWAP_MS = 150
LOOK_S = 0.4
OTHER_SERIAL = "BOX-2"
SMALL = Surroundings(("--headless=new", "--window-size=640,447"))
PORTALS_LEFT = """async (words) => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const text = await (await cache.match(request)).text();
      if (text.includes(words)) found.push(request.url);
    }
  }
  return found;
}"""


def colour_on(screenshot: bytes) -> str:
    """The one colour of the whole middle of the glass, or what else there is."""
    picture = Image.open(io.BytesIO(screenshot)).convert("RGB")
    wide, high = picture.size
    middle = picture.crop((wide // 4, high // 4, wide * 3 // 4, high * 3 // 4))
    flat = middle.resize((32, 18), Image.Resampling.NEAREST).tobytes()
    points = {flat[at : at + 3] for at in range(0, len(flat), 3)}
    for name, wanted in COLOURS.items():
        if all(abs(a - b) <= NEAR for point in points for a, b in zip(point, wanted, strict=True)):
            return name
    return f"something else ({len(points)} colours)"


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
    """The screen, its server, the proxy between, and what was seen."""

    district: District
    assets: Assets
    proxy: HostileProxy
    box: Kiosk
    manifest: Manifest
    evil: Evil
    of_another: dict[str, str]
    ended: dict[str, str] = field(default_factory=dict)
    notice: str = ""
    looks: list[str] = field(default_factory=list)
    said: Sequence[tuple[str, str]] = ()
    since: int = 0
    table: list[tuple[str, str, str]] = field(default_factory=list)

    def belongs(self) -> str:
        """The colour of the notice, else of the seat by the last good order."""
        now_ms = time.time_ns() // 1_000_000
        around = {
            seat(self.manifest, now_ms + shift).asset for shift in (-AROUND_SWAP_MS, AROUND_SWAP_MS)
        }
        colours = {self.assets.colours[str(asset)] for asset in around}
        return self.notice or (colours.pop() if len(colours) == 1 else "")

    def look(self, *also: str) -> str:
        """One look at the glass; near a swap it says nothing."""
        before = self.belongs()
        seen = colour_on(self.box.page.screenshot(type="png"))
        if before == self.belongs() != "":
            self.looks.append(seen)
            assert seen in (before, *also), f"{seen} on the glass in place of {before}"
        return seen

    def watch(self, for_s: float) -> None:
        """Look for a while."""
        end = time.monotonic() + for_s
        while time.monotonic() < end:
            self.look()
            time.sleep(LOOK_S)

    def watch_until(self, holds: Callable[[], Any], within_s: float, what: str) -> None:
        """Look until it holds."""

        def looked() -> Any:
            self.look()
            return holds()

        wait_until(looked, within_s, what, LOOK_S)

    def comes(self, colour: str, within_s: float = 20) -> None:
        """The notice is on the glass before that long; until then the seat is."""
        wait_until(lambda: self.look(colour) == colour, within_s, f"{colour} on the glass", LOOK_S)
        self.notice = colour

    def starts(self, colour: str) -> str:
        """The office puts a notice on all screens; its id."""
        wish = {"asset_id": self.assets.notices[colour], "selector": {"all": True}}
        takeover = self.district.posts("/api/v1/takeovers", wish)["id"]
        asks(self.district, "POST", f"/api/v1/takeovers/{takeover}/approve", self.district.token)
        return str(takeover)

    def ends(self, takeover: str) -> None:
        """The office ends it, and the screen goes back to its plan if it was there."""
        asks(self.district, "DELETE", f"/api/v1/takeovers/{takeover}", self.district.officer)
        former, self.notice = self.notice, ""
        wait_until(lambda: self.look(former) in PLAN, 20, "the plan", LOOK_S)

    def says(self, *incidents: tuple[str, str]) -> None:
        """A beat that the server acknowledged has named these; a broken link brings one soon."""
        self.proxy.cut()
        missing = f"in none of the beats since: {incidents}"
        self.watch_until(lambda: set(incidents) <= self.told(self.since), 45, missing)
        self.said = incidents

    def told(self, since: int = 0) -> set[tuple[str, str]]:
        """Code and detail of what the server was told; a file is named by its colour."""
        beats = self.proxy.beats[since:]
        told = [one for beat in beats for one in beat["incidents"]]
        colours = self.assets.colours
        return {(str(one["code"]), colours.get(one["detail"], one["detail"])) for one in told}

    @contextmanager
    def row(self, attack: str) -> Iterator[None]:
        """One attack, and in the end what was seen of it."""
        self.looks.clear()
        self.since = len(self.proxy.beats)
        began = time.monotonic()
        yield
        glass = ", ".join(f"{one} {self.looks.count(one)}" for one in dict.fromkeys(self.looks))
        told = [f"{code}: {detail[:16]}" for code, detail in self.said]
        self.table.append((f"{attack}, {time.monotonic() - began:.0f} s", glass, "; ".join(told)))

    def is_behind(self) -> bool:
        """The server sees that the screen hasn't got its newest order."""
        now = self.district.asks(f"/api/v1/screens/{self.district.screen_id}/now")
        return bool(now["newest_version"] > now["player_version"])

    def files(self, colour: str) -> Iterator[tuple[str, bytes]]:
        """Paths and contents of a picture, one for each class of screens."""
        for digest, name in self.assets.colours.items():
            if name == colour:
                yield f"/files/{digest}", self.assets.contents[digest]

    @property
    def newest(self) -> dict[str, str]:
        """The last order that the server sent."""
        return self.proxy.assignments[-1]


def asks(district: District, method: str, path: str, token: str) -> Any:
    """A request without a body worth telling."""
    body = b"{}" if method == "POST" else None
    request = urllib.request.Request(district.server.base + path, body, method=method)
    request.add_header("Authorization", f"Bearer {token}")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read() or b"null")


def bound_beside(district: District) -> tuple[dict[str, str], str]:
    """A genuine order that the same server signed for another screen, and its manifest."""
    said = {"grant_type": "enrolment_key", "enrolment_key": KEY, "serial": OTHER_SERIAL}
    url = f"{district.server.base}/api/v1/player/token"
    request = urllib.request.Request(url, json.dumps(said).encode())
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=20) as answer:
        token = json.load(answer)["access_token"]
    orders: list[dict[str, str]] = []

    def ordered() -> bool:
        with suppress(HTTPError):  # 404 until its plan is made
            orders.append(asks(district, "GET", ORDERS, token))
        return bool(orders)

    wait_until(ordered, 30, "the plan of the other screen", LOOK_S)
    order = orders[0]
    digest = json.loads(order["assignment"])["manifest"]
    with urllib.request.urlopen(f"{district.server.base}/manifests/{digest}", timeout=20) as answer:
        return order, answer.read().decode()


def begins_among_wrong_manifests(siege: Siege) -> None:
    """The very first plan: another's manifest, one that never ends; then its own."""
    wrong = [
        Reply(200, LASTING, siege.evil.manifest.encode()),
        Reply(200, LASTING, Endless(b'{"format":1,')),
    ]
    attack = Instead({"/manifests/": wrong, "/player/config.json": [Reply(200, {}, Endless())]})
    with siege.proxy.under(attack):
        siege.box.switch_on()
        wait_until(lambda: len(attack.asked) >= 3, 40, "the manifest, asked for again", LOOK_S)
        seen = colour_on(siege.box.page.screenshot())
        assert seen.startswith("something else"), f"{seen} before there is a plan"
        siege.looks.append("built-in slide")
    wait_until(lambda: siege.box.facts().get("asset"), 40, "the plan", LOOK_S)
    siege.watch(1)
    digest = siege.box.facts()["manifest"]
    siege.says(("manifest_corrupt", digest))


def is_given_other_orders(siege: Siege) -> None:
    """Pushed and by HTTP; the attacker's plan and file are at hand, with right digests.

    The server would put a believer right at his next beat, so its own orders are kept back.
    """
    genuine, evil = siege.newest, siege.evil
    now_ms = time.time_ns() // 1_000_000
    notice = {"id": "t_evil", "asset": evil.asset, "from": now_ms - 1000, "until": now_ms + 600_000}
    altered = evil.forged(genuine)
    shown = evil.forged(genuine, takeover={**notice, "label": "", "drill": False})
    known = json.loads(genuine["assignment"])["version"]
    forgeries: list[Any] = [
        altered,
        shown,
        signed_by_attacker(altered, kid=genuine["kid"]),
        signed_by_attacker(shown, kid=""),
        siege.of_another,
        {**genuine, "assignment": genuine["assignment"][:-1]},
        None,
    ]
    with siege.proxy.under(evil.served(altered), Freeze(genuine)):
        for forgery in forgeries:
            siege.proxy.inject("assignment", forgery)
            siege.proxy.inject("manifest", {"digest": evil.name, "body": evil.manifest})
            siege.look()
        siege.watch(2)
    refused = ("bad_signature", "unknown_key", "other_screen", "malformed")
    siege.says(*(("assignment_refused", reason) for reason in refused))
    assert siege.box.facts()["version"] == str(known)


def is_given_an_old_order_again(siege: Siege) -> None:
    """The order of a notice that was ended, pushed and by HTTP; the newer one is on the disk."""
    replay = Instead({ORDERS: [Reply(200, {}, json.dumps(siege.ended).encode())]})
    with siege.proxy.under(replay):
        siege.proxy.inject("assignment", siege.ended)
        siege.watch(2)
    siege.says(("assignment_refused", "old_version"))


def is_kept_in_the_dark(siege: Siege) -> None:
    """What is newer is withheld; beats pass, so server and player learn of it."""
    with siege.proxy.under(Freeze(siege.newest)):
        takeover = siege.starts("cyan")
        siege.watch(1)
        siege.proxy.cut()
        siege.watch_until(siege.is_behind, 20, "the server sees that the screen is behind")
        siege.says(("assignment_refused", "withheld"))
    siege.proxy.cut()
    siege.comes("cyan")
    siege.ended = siege.newest
    siege.ends(takeover)


def gets_no_answer_on_its_socket(siege: Siege) -> None:
    """The socket lives and is silent: what is new comes by HTTP, after a beat without answer."""
    with siege.proxy.under(Silence()):
        siege.proxy.cut()
        siege.watch(5)
        assert siege.box.facts()["link"] == "up"
        takeover = siege.starts("cyan")
        siege.comes("cyan", 75)
        assert siege.box.facts()["link"] == "up"
    siege.proxy.cut()
    siege.ends(takeover)


def is_given_other_files(siege: Siege) -> None:
    """A notice's file: another picture, cut short, altered and endless; then itself."""
    attack = Instead(
        {path: wrong_files(siege, content) for path, content in siege.files("magenta")}
    )
    with siege.proxy.under(attack):
        takeover = siege.starts("magenta")
        siege.watch_until(lambda: len(attack.asked) >= 3, 30, "the file, asked for again")
    siege.comes("magenta")
    siege.ends(takeover)
    siege.says(("asset_corrupt", "magenta"), ("asset_failed", "magenta"))


def wrong_files(siege: Siege, content: bytes) -> list[Reply]:
    """In place of a picture."""
    altered = bytearray(content)
    altered[len(altered) // 2] ^= 1
    other = of_length(siege.evil.picture, len(content))
    wrong = (other, content[:-100], Endless(bytes(altered)))
    return [Reply(200, {"Content-Type": "image/jpeg", **LASTING}, body) for body in wrong]


def meets_a_captive_portal(siege: Siege) -> None:
    """Whatever is asked the portal answers; so do a reload and a cold start find it."""
    with siege.proxy.under(Portal(redirects=False)):
        siege.proxy.cut()
        siege.watch(2)
        siege.box.page.reload()
        wait_until(lambda: siege.box.facts().get("asset"), 10, "the plan after a reload")
        siege.watch(4)
    with siege.proxy.under(Portal(redirects=True)):
        siege.proxy.cut()
        siege.box.cut_power()
        siege.box.switch_on()
        wait_until(lambda: siege.box.facts().get("asset"), 10, "the plan after a cold start")
        siege.watch(4)
        kept = siege.box.page.evaluate(PORTALS_LEFT, PORTAL.decode())
        assert kept == [], f"the portal's page is kept as {kept}"
    siege.says(("assignment_refused", "malformed"))


@pytest.fixture
def siege(tmp_path: Path) -> Iterator[Siege]:
    assets = Assets()
    ordered = ((PLAN, {"target": {"kind": "filler"}}),)
    serials = (SERIAL, OTHER_SERIAL)
    with (
        furnished(tmp_path / "district", SLOT_S, ordered, assets.make, serials) as district,
        hostile_proxy(district.server.base) as proxy,
        kiosk(
            tmp_path / "profile", f"{proxy.base}/player/#enrol={KEY}&serial={SERIAL}", SMALL
        ) as box,
    ):
        of_another, manifest = bound_beside(district)
        made = Siege(
            district, assets, proxy, box, decode(manifest), evil_like(manifest), of_another
        )
        yield made
        print(f"\n{'attack':52} {'on the glass (looks)':44} told in a beat")
        for attack, glass, told in made.table:
            print(f"{attack:52} {glass:44} {told}")


def is_well(siege: Siege) -> bool:
    """Linked, with the newest order, and playing it."""
    facts = siege.box.facts()
    return (facts["link"], facts["state"]) == ("up", "playing") and not siege.is_behind()


@pytest.mark.browser
def test_a_network_that_lies_never_reaches_the_glass_and_is_told_on(siege: Siege) -> None:
    with siege.row("mixed and endless manifest, endless settings"):
        begins_among_wrong_manifests(siege)
    slow = Instead({path: [Reply(200, {}, Dripping(one))] for path, one in siege.files("orange")})
    siege.proxy.attacks.append(slow)
    with siege.row("arbitrary orders, mixed and malformed"):
        dripped = siege.starts("orange")
        siege.watch_until(lambda: slow.asked, 10, "the file that comes by drips")
        is_given_other_orders(siege)
        siege.ends(dripped)
    with siege.row("freeze: newer orders withheld"):
        is_kept_in_the_dark(siege)
    with siege.row("mixed, altered, cut, endless file"):
        is_given_other_files(siege)
    with siege.row("slow file, beside the three before"):
        siege.watch_until(lambda: len(slow.asked) > 1, 40, "a file too slow is given up")
        siege.proxy.attacks.remove(slow)
        siege.since = 0
        siege.says(("asset_failed", "orange"))
    with siege.row("captive portal, reload and cold start"):
        meets_a_captive_portal(siege)
    with siege.row("rollback, after a cold start"):
        is_given_an_old_order_again(siege)
    siege.watch_until(lambda: is_well(siege), 20, "all is well again")


@pytest.mark.soak
def test_a_socket_that_is_kept_alive_and_silent_holds_nothing_back(siege: Siege) -> None:
    siege.box.switch_on()
    wait_until(lambda: siege.box.facts().get("asset"), 40, "the plan", LOOK_S)
    with siege.row("freeze: a socket alive and silent"):
        gets_no_answer_on_its_socket(siege)
    siege.watch_until(lambda: is_well(siege), 20, "all is well again")
