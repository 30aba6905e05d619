"""Observes a player from outside: its composited page and its socket's messages."""

import io
import json
import re
from collections.abc import Mapping
from typing import Any, TypeVar

from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Error, Page, WebSocket, expect

from tests.support.patience import until

T = TypeVar("T")

# Notes, within the page, when a manifest is first on the glass: a camera, not a part of the player.
CAMERA = """() => {
  const seen = (window.seenManifests = {});
  const look = () => (seen[document.body.dataset.manifest] ??= Date.now());
  new MutationObserver(look).observe(document.body, {attributes: true});
  look();
}"""
SMALL = (64, 36)
# Dots are shown in its place until the server has given one.
PAIRING_CODE = re.compile("^[0-9A-Z]{4}-[0-9A-Z]{4}$")
# A page whose head is being read has no body yet.
FACTS = "() => ({...(document.body || {}).dataset})"
# When the page was opened, in ms of its clock, and whether a picture is composited.
OPENED = "() => [performance.timeOrigin, Boolean(document.body?.dataset.asset)]"
# Beside the facts the incidents that wait for the server's acknowledgement, from its database.
REPORT = """async () => ({...(document.body || {}).dataset, unsent: await new Promise((resolve) => {
  const opening = indexedDB.open("anping");
  opening.onsuccess = () => {
    const asked = opening.result.transaction("facts").objectStore("facts").get("incidents");
    asked.onsuccess = () => { opening.result.close(); resolve(asked.result || []); };
  };
})})"""
REPORT_TIMEOUT_MS = 5000
RELOADING = "Execution context was destroyed"
ASSIGNMENT = re.compile(r'^\d+(?:\d+-)?/screen,\d*\["assignment",(.*)\]$', re.DOTALL)


def on_glass(screen: Page) -> dict[str, str]:
    """The player's report of its composited page; empty while it reloads."""
    try:
        facts: dict[str, str] = screen.evaluate(FACTS)
    except Error as error:
        if RELOADING not in error.message:
            raise
        return {}
    return facts


def player_report(screen: Page, timeout_ms: int = REPORT_TIMEOUT_MS) -> dict[str, Any]:
    """The player's facts and unsent incidents, or why the page can't report them.

    Never an error: callers have found a wrong picture, and that has to be the failure.
    """
    try:
        return dict(screen.wait_for_function(REPORT, timeout=timeout_ms).json_value())
    except Error as error:
        return {"unreadable": error.message}


def opened_page(screen: Page) -> tuple[float, bool]:
    """Which page it is, by when it was opened (ms), and whether it plays; 0 while it reloads."""
    try:
        opened_ms, plays = screen.evaluate(OPENED)
    except Error as error:
        if RELOADING not in error.message:
            raise
        return 0, False
    return opened_ms, plays


def pairing_code(screen: Page, within_ms: int = 90_000) -> str:
    """The code that an unbound player shows, once the server has given it one."""
    shown = screen.locator(".code")
    expect(shown).to_have_text(PAIRING_CODE, timeout=within_ms)
    return shown.inner_text()


def first_of(page: Page, what: str, received: list[T]) -> T:
    """The first event that a handler of the page has put into a list, once it is there.

    Events are only delivered while a call to the page runs.
    """

    def came() -> bool:
        page.wait_for_timeout(20)
        return received != []

    until(what, came)
    return received[0]


def point_camera_at(screen: Page) -> None:
    """From now on note when each manifest comes on the glass."""
    screen.evaluate(CAMERA)


def seen_since_ms(screen: Page, manifest: str) -> int | None:
    """When the camera saw a manifest first, ms on this machine's clock."""
    seen: dict[str, int] = screen.evaluate("() => window.seenManifests")
    return seen.get(manifest)


def listen_to(screen: Page) -> list[dict[str, Any]]:
    """The assignments that will come over the page's sockets, as they come."""
    assignments: list[dict[str, Any]] = []

    def take(frame: str | bytes) -> None:
        found = ASSIGNMENT.match(frame) if isinstance(frame, str) else None
        if found is not None:
            assignments.append(json.loads(json.loads(found[1])["assignment"]))

    def follow(socket: WebSocket) -> None:
        socket.on("framereceived", take)

    screen.on("websocket", follow)
    return assignments


def picture_on(screenshot: bytes, candidates: Mapping[str, bytes]) -> str:
    """Which of the pictures (by name) a screenshot shows: the one that differs from it least."""
    seen = Image.open(io.BytesIO(screenshot)).convert("RGB").resize(SMALL)
    return min(candidates, key=lambda name: _difference(seen, candidates[name]))


def _difference(seen: Image.Image, content: bytes) -> float:
    picture = Image.open(io.BytesIO(content)).convert("RGB").resize(SMALL)
    return sum(ImageStat.Stat(ImageChops.difference(seen, picture)).mean)
