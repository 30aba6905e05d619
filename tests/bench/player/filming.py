"""Boxes on screens, and a camera before them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.bench.player.screen import Screen
from tests.support.browser.chromium import OWN_PAGES, without
from tests.support.devices.box_process import Surroundings
from tests.support.devices.kiosk import Kiosk

QUIET = ("--test-type", without("Translate", *OWN_PAGES))


@contextmanager
def filming(film: Path, screens: Sequence[Screen]) -> Iterator[None]:
    """The camera runs for the length of the block; the film is whole after it."""
    words = [
        word
        for one in screens
        for word in (one.display, str(one.pixels), str(one.width), str(one.height))
    ]
    camera = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.player.camera", str(film), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert camera.stdin is not None
    assert camera.stdout is not None
    try:
        assert camera.stdout.readline(), "the camera didn't start"
        yield
    finally:
        camera.stdin.close()
        camera.wait(10)
        camera.stdout.close()


@contextmanager
def boxes(folder: Path, screens: Sequence[Screen], address: str) -> Iterator[list[Kiosk]]:
    """A box, switched off, at each screen, with a profile of its own; all end with the block."""
    with sync_playwright() as driver:
        made = [
            Kiosk(driver, folder / f"profile-{place}", address, before(one))
            for place, one in enumerate(screens)
        ]
        try:
            yield made
        finally:
            for box in made:
                box.cut_power()


def before(screen: Screen) -> Surroundings:
    """Chromium over the whole of a screen, as in a kiosk."""
    size = f"--window-size={screen.width},{screen.height}"
    return Surroundings(
        ("--kiosk", "--window-position=0,0", size, *QUIET), {"DISPLAY": screen.display}
    )


def now_ms() -> float:
    """This machine's clock, which is the server's and the camera's too."""
    return time.time_ns() / 1e6


def watch_over(box: Kiosk, seconds: float) -> None:
    """Let time pass in which the box is seen playing every few seconds."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        assert box.facts().get("life") == "play", box.facts()
        time.sleep(min(left, 10.0))
