"""A forging network: the real player before a real server, and between them a hostile proxy.

Every attack is made on a screen that plays. The content on the glass is read off the composited
page all the time and must be that of the last good order; after the attack the player must be well
without a visit; and a beat that the server acknowledges must name the event.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.defect import Defect
from tests.support.devices.kiosk import wait_until
from tests.support.devices.rendered_page import player_report
from tests.support.devices.siege import BUILT_IN, SAMPLE_INTERVAL_S, Siege, besieged, colour_on
from tests.support.network.attacks import (
    LASTING,
    ORDERS,
    PORTAL,
    Dripping,
    Endless,
    Freeze,
    Instead,
    InsteadOfPushed,
    Portal,
    Silence,
    of_length,
    signed_by_attacker,
)
from tests.support.network.hostile_proxy import Reply

pytestmark = pytest.mark.timeout(900)

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


def begins_among_wrong_manifests(siege: Siege) -> None:
    """The very first plan: another's manifest, one that never ends; then its own."""
    wrong = [
        Reply(200, LASTING, siege.evil.manifest.encode()),
        Reply(200, LASTING, Endless(b'{"format":1,')),
    ]
    settings = [Reply(200, {}, Endless())]
    attack = InsteadOfPushed({"/manifests/": wrong, "/player/config.json": settings})
    with siege.proxy.under(attack):
        siege.box.switch_on()
        wait_until(
            lambda: len(attack.asked) >= 3, 40, "the manifest, asked for again", SAMPLE_INTERVAL_S
        )
        seen = colour_on(siege.box.screenshot())
        assert seen == BUILT_IN, f"{seen} before there is a plan"
        siege.samples.append(seen)
    wait_until(lambda: siege.box.facts().get("asset"), 40, "the plan", SAMPLE_INTERVAL_S)
    siege.watch(1)
    digest = siege.box.facts()["manifest"]
    siege.reports(("manifest_corrupt", digest))


def is_given_other_orders(siege: Siege) -> None:
    """Pushed and by HTTP; the attacker's plan and file are at hand, with right digests.

    The server would put a believer right at his next beat, so its own orders are kept back.
    """
    genuine, evil = siege.newest, siege.evil
    now_ms = time.time_ns() // 1_000_000
    notice = {"id": "t_evil", "asset": evil.asset, "from": now_ms - 1000, "until": now_ms + 600_000}
    altered = evil.forged(genuine)
    shown = evil.forged(genuine, takeover={**notice, "label": "", "drill": False})
    current = json.loads(genuine["assignment"])["version"]
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
            siege.sample()
        siege.watch(2)
    refused = ("bad_signature", "unknown_key", "other_screen", "malformed")
    try:
        siege.reports(*(("assignment_refused", reason) for reason in refused))
    finally:
        version = siege.box.facts()["version"]
        if version != str(current):
            text = f"a forged order is obeyed: {version} in place of {current}"
            raise Defect(text)


def is_given_an_old_order_again(siege: Siege) -> None:
    """The order of a notice that was ended, pushed and by HTTP; the newer one is on the disk."""
    replay = Instead({ORDERS: [Reply(200, {}, json.dumps(siege.ended).encode())]})
    with siege.proxy.under(replay):
        siege.proxy.inject("assignment", siege.ended)
        siege.watch(2)
    siege.reports(("assignment_refused", "old_version"))


def is_kept_in_the_dark(siege: Siege) -> None:
    """Newer orders are withheld; beats pass, so server and player notice it."""
    with siege.proxy.under(Freeze(siege.newest)):
        takeover = siege.starts("cyan")
        siege.watch(1)
        siege.proxy.cut()
        siege.watch_until(siege.is_behind, 20, "the server sees that the screen is behind")
        siege.reports(("assignment_refused", "withheld"))
    siege.proxy.cut()
    siege.comes("cyan")
    siege.ended = siege.newest
    siege.ends(takeover)


def gets_no_answer_on_its_socket(siege: Siege) -> None:
    """The socket lives and is silent: new orders come by HTTP, after a beat without answer."""
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
    siege.reports(("asset_corrupt", "magenta"), ("asset_failed", "magenta"))


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
        wait_until(lambda: siege.box.facts().get("asset"), 30, "the plan after a reload")
        siege.watch(4)
    with siege.proxy.under(Portal(redirects=True)):
        siege.proxy.cut()
        siege.box.cut_power()
        siege.box.switch_on()
        wait_until(lambda: siege.box.facts().get("asset"), 30, "the plan after a cold start")
        siege.watch(4)
        wait_until(lambda: is_unsent(siege, "assignment_refused"), 30, "what waits to be reported")
        kept = siege.box.page.evaluate(PORTALS_LEFT, PORTAL.decode())
        if kept:
            text = f"the portal's page is kept as {kept}"
            raise Defect(text)
    siege.reports(("assignment_refused", "malformed"))


def is_unsent(siege: Siege, code: str) -> bool:
    """Whether the player still has to report an incident."""
    return code in {one["code"] for one in player_report(siege.box.page).get("unsent", [])}


@pytest.fixture
def siege(tmp_path: Path) -> Iterator[Siege]:
    with besieged(tmp_path) as made:
        yield made


@pytest.mark.browser
def test_a_forging_network_never_reaches_the_glass_and_is_reported(siege: Siege) -> None:
    with siege.row("mixed and endless manifest, endless settings"):
        begins_among_wrong_manifests(siege)
    slow = Instead({path: [Reply(200, {}, Dripping(one))] for path, one in siege.files("orange")})
    siege.proxy.attacks.append(slow)
    with siege.row("arbitrary orders, mixed and malformed"):
        dripped = siege.starts("orange")
        siege.watch_until(lambda: slow.asked, 30, "the file that comes by drips")
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
        siege.reports(("asset_failed", "orange"))
    with siege.row("captive portal, reload and cold start"):
        meets_a_captive_portal(siege)
    with siege.row("rollback, after a cold start"):
        is_given_an_old_order_again(siege)
    siege.watch_until(siege.is_well, 20, "all is well again")


@pytest.mark.soak
def test_a_socket_that_is_kept_alive_and_silent_holds_nothing_back(siege: Siege) -> None:
    siege.box.switch_on()
    wait_until(lambda: siege.box.facts().get("asset"), 40, "the plan", SAMPLE_INTERVAL_S)
    with siege.row("freeze: a socket alive and silent"):
        gets_no_answer_on_its_socket(siege)
    siege.watch_until(siege.is_well, 20, "all is well again")
