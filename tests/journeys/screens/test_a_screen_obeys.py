"""What people send to a screen from afar: a real server, the real player in Chromium, no fakes.

The steps build on each other, so they are one test that calls them in order.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support.devices.rendered_page import on_glass
from tests.support.patience import PATIENCE_MS, until
from tests.support.processes.furnished_district import FILM, District, furnished, picture_or_film

pytestmark = [pytest.mark.browser, pytest.mark.long]

SLOT_S = 10
LEFT_S = 2
"""What a command may take before the swap."""
STRAY = "f" * 64
SHOWN_S = 9
GREEN = """async () => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [64, 36];
  const pen = canvas.getContext("2d");
  pen.fillStyle = "lime";
  pen.fillRect(0, 0, 64, 36);
  const image = document.querySelector(".layer.top img");
  image.src = canvas.toDataURL();
  await image.decode();
}"""
# Records within the page when the panel comes and goes: a query from outside would be late.
NOTE_PANEL = """() => {
  const panel = document.querySelector(".panel");
  window.panelTimes = [];
  let was = panel.hidden;
  new MutationObserver(() => {
    if (panel.hidden !== was) window.panelTimes.push(performance.now());
    was = panel.hidden;
  }).observe(panel, { attributes: true });
}"""
KEPT = "async () => (await (await caches.open('anping-media-1')).keys()).map(({url}) => url)"
STRAY_IN = f"""async () => {{
  const cache = await caches.open('anping-media-1');
  await cache.put('/files/{STRAY}', new Response('{{}}'));
  await cache.put('/files/{STRAY}?block=0', new Response('old'));
}}"""


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    ordered = (((FILM, "red"), {"target": {"kind": "filler"}}),)
    with furnished(tmp_path / "district", SLOT_S, ordered, picture_or_film) as made:
        yield made


@dataclass
class Afar:
    """The screen's page, and a person who has only the API."""

    district: District
    screen: Page

    @property
    def path(self) -> str:
        """Where commands go."""
        return f"/api/v1/screens/{self.district.screen_id}/commands"

    def orders(self, name: str, **args: Any) -> Any:
        """The player's answer, which must be a yes."""
        answer = self.district.posts(self.path, {"name": name, "args": args})
        assert answer["ok"], answer
        return answer["result"]

    def shoots(self) -> Any:
        """A screenshot as it is kept."""
        self.orders("screenshot")
        kept = self.district.asks(self.path)["items"][0]["screenshot"]
        print(f"{kept['verdict']}, {kept['difference']}: {kept['meant']}")
        return kept

    def waits_for(self, kind: str, into_s: float, until_s: float = SLOT_S - LEFT_S) -> None:
        """Waits until an image or the film has been on for a while, and stays for a while yet."""
        is_film = kind == "film"

        def is_on() -> bool:
            on = on_glass(self.screen).get("asset", "")
            place = self.district.asks(f"/api/v1/screens/{self.district.screen_id}/seat")
            right = bool(on) and on == place["asset"]
            offset_s = (place.get("offset_ms") or 0) / 1000
            film = on not in self.district.pictures
            return right and film == is_film and into_s < offset_s < until_s

        until(f"{kind} on the glass", is_on, every_s=0.2)


def shows_the_picture_it_should(afar: Afar) -> None:
    """The image matches the seat's content."""
    afar.waits_for("red", 0.5)
    assert afar.shoots()["verdict"] == "matches"


def shows_something_else(afar: Afar) -> None:
    """Another picture is really on the glass, and the slot is the same for a while yet."""
    afar.waits_for("red", 0.5, 4.0)
    afar.screen.evaluate(GREEN)

    kept = afar.shoots()

    assert (kept["verdict"], kept["difference"] > 28) == ("differs", True)


def shows_the_film_where_it_should_be(afar: Afar) -> None:
    """At two places; between them the volume changes as ordered."""
    afar.waits_for("film", 1.0, 4.0)
    assert afar.shoots()["verdict"] == "matches"
    afar.orders("volume", level=35)
    assert volume(afar.screen) == pytest.approx(0.35)
    afar.waits_for("film", 5.5)
    assert afar.shoots()["verdict"] == "matches"


def shows_who_it_is(afar: Afar) -> None:
    """Name and number are shown for ten seconds, by the page's own clock, and not less."""
    panel = afar.screen.locator(".panel")
    afar.screen.evaluate(NOTE_PANEL)
    afar.orders("identify")
    panel.get_by_text("大厅屏").wait_for()
    number = afar.district.screen_id.removeprefix("s_")
    panel.get_by_text(f"屏号 {number}", exact=True).wait_for()
    panel.wait_for(state="hidden", timeout=PATIENCE_MS)
    shown_ms, hidden_ms = afar.screen.evaluate("() => window.panelTimes")
    shown_s = (hidden_ms - shown_ms) / 1000
    print(f"name and number stood for {shown_s:.1f} s")
    assert shown_s >= SHOWN_S


def clears_what_nothing_needs(afar: Afar) -> None:
    """Blocks of no plan go; those of the plan stay, and the loop goes on from them."""
    needed = set(afar.screen.evaluate(KEPT))
    afar.screen.evaluate(STRAY_IN)
    assert len(afar.screen.evaluate(KEPT)) == len(needed) + 2

    assert afar.orders("clear_cache") == {"freed": 2}
    assert set(afar.screen.evaluate(KEPT)) == needed
    assert afar.orders("clear_cache") == {"freed": 0}
    afar.waits_for("red", 0.5)


def reports_what_happened(afar: Afar) -> None:
    """The log has lines with server time, the newest last."""
    began_ms = time.time() * 1000
    lines = afar.orders("log")["lines"]
    times = [at for at, _ in lines]
    texts = [text for _, text in lines]

    assert times == sorted(times)
    assert began_ms - PATIENCE_MS < times[-1] < time.time() * 1000 + PATIENCE_MS
    assert "link up" in texts
    assert any(re.fullmatch(r"[0-9a-f]{64}:\d+:-?\d+:\d+:false:", text) for text in texts)


def comes_back_and_plays_on(afar: Afar) -> None:
    """A page of its own after a reload; the loop goes on, with the volume that was set."""
    with afar.screen.expect_navigation():
        afar.orders("reload")
    afar.waits_for("film", 2.0)
    assert volume(afar.screen) == pytest.approx(0.35)


def volume(screen: Page) -> float:
    """Of the film in front."""
    return float(screen.evaluate("() => document.querySelector('.layer.top video').volume"))


def test_a_screen_obeys_remote_commands_and_they_are_recorded(
    district: District, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    afar = Afar(district, context.new_page())
    afar.screen.goto(district.address)
    until("a plan on the glass", lambda: on_glass(afar.screen).get("manifest"))

    shows_the_picture_it_should(afar)
    shows_something_else(afar)
    shows_the_film_where_it_should_be(afar)
    clears_what_nothing_needs(afar)
    reports_what_happened(afar)
    shows_who_it_is(afar)
    comes_back_and_plays_on(afar)

    kept = district.asks(afar.path)["items"]
    assert {one["state"] for one in kept} == {"answered"}
    assert [one["name"] for one in reversed(kept)] == [
        *("screenshot", "screenshot", "screenshot", "volume", "screenshot"),
        *("clear_cache", "clear_cache", "log", "identify", "reload"),
    ]
    context.close()
