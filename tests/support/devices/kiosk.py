"""A box at a screen: one Chromium process with a profile of its own, that can lose its power."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, Playwright, expect
from playwright.sync_api import TimeoutError as TooLate

from tests.support.browser.chromium import (
    FLAGS,
    OWN_PAGES,
    WAIT_MS,
    be_patient,
    program,
    without,
)
from tests.support.browser.driver import playwright_driver
from tests.support.devices.rendered_page import on_glass
from tests.support.patience import PATIENCE_MS, PATIENCE_S, until

ATTEMPT_TIMEOUTS_S = (4.0, 4.0, 8.0, 8.0, 16.0, PATIENCE_S)
CAPTURE_TIMEOUTS_S = (10.0, 20.0, PATIENCE_S)
WRITTEN_S = 5.0


@dataclass(frozen=True)
class Surroundings:
    """The browser's environment: flags and variables of its process."""

    flags: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


HEADLESS = Surroundings(("--headless=new", "--window-size=1280,720"))


class Kiosk:
    """Chromium with its process id; `page` is the page on the screen."""

    def __init__(
        self, driver: Playwright, profile: Path, address: str, around: Surroundings = HEADLESS
    ) -> None:
        self._driver = driver
        self._around = around
        self._profile = profile
        self._address = address
        self._process: subprocess.Popen[bytes] | None = None
        self._browser: Browser | None = None
        self._debugging = ""

    @property
    def page(self) -> Page:
        """The only page."""
        assert self._browser is not None
        return self._browser.contexts[0].pages[0]

    def switch_on(self) -> float:
        """Start the browser at the player's address; answers when its process was started."""
        port_file = self._profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        self._profile.mkdir(parents=True, exist_ok=True)
        flags = [*FLAGS, without(*OWN_PAGES), *self._around.flags, "--remote-debugging-port=0"]
        began = time.monotonic()
        self._process = subprocess.Popen(
            [program(), *flags, f"--user-data-dir={self._profile}", self._address],
            env={**os.environ, **self._around.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until("its port", lambda: port_file.exists() and "\n" in port_file.read_text())
        self._debugging = f"http://127.0.0.1:{port_file.read_text().splitlines()[0]}"
        self._connect()
        return began

    def reconnect(self) -> None:
        """Replace the connection; the browser drops what it kept for the former one.

        For a connection it keeps the body of each response: after an hour of a film of 2 MB in a
        loop of 40 s that was 200 MB of the page's process, which no screen has.
        """
        assert self._browser is not None
        self._browser.close()
        self._connect()

    def _connect(self) -> None:
        self._browser = self._connected(self._debugging)
        until("its page", lambda: bool(self._browser and self._browser.contexts[0].pages))

    def _connected(self, address: str) -> Browser:
        """A connection from outside.

        The first tries are short, as one that meets a starting worker may wait for ever.
        """
        for within_s in ATTEMPT_TIMEOUTS_S:
            with suppress(TooLate):
                browser = self._driver.chromium.connect_over_cdp(address, timeout=within_s * 1000)
                be_patient(browser)
                for context in browser.contexts:
                    context.set_default_timeout(PATIENCE_MS)
                return browser
        text = "the browser takes no look from outside"
        raise AssertionError(text)

    def cut_power(self) -> None:
        """Kill all of its processes at once."""
        if self._process is None:
            return
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE_S)
        if self._browser is not None:
            self._browser.close()
        self._process, self._browser = None, None

    def wait_until_kept(self) -> None:
        """Until the player would start without its server: its worker serves it, and is written
        down, which Chromium does a moment later.
        """
        until("its worker serves it", self._is_served_by_its_worker)
        time.sleep(WRITTEN_S)

    def _is_served_by_its_worker(self) -> bool:
        serves = "() => navigator.serviceWorker.controller?.state === 'activated'"
        try:
            return bool(self.page.evaluate(serves))
        except Error:  # it reloads itself, as it does when its worker takes over
            return False

    def screenshot(self) -> bytes:
        """A picture of the page, as png.

        The first tries are short, as one that meets a page's reload may never be answered.
        """
        for within_s in CAPTURE_TIMEOUTS_S:
            with suppress(TooLate):
                return self.page.screenshot(timeout=within_s * 1000)
        text = "the page can't be captured"
        raise AssertionError(text)

    def facts(self) -> dict[str, str]:
        """The player's report of its composited page; empty while the page is loading."""
        return on_glass(self.page)


@contextmanager
def kiosk(profile: Path, address: str, around: Surroundings = HEADLESS) -> Iterator[Kiosk]:
    """A box that is switched off at the end."""
    expect.set_options(timeout=WAIT_MS)
    with playwright_driver() as driver:
        box = Kiosk(driver, profile, address, around)
        try:
            yield box
        finally:
            box.cut_power()


def wait_until(
    holds: Callable[[], Any], within_s: float, what: str = "", every_s: float = 0.02
) -> float:
    """Poll until it holds; answers after how many seconds, which nobody should judge.

    However soon it should be (`within_s`), it is waited for as long as tests wait for anything.
    """
    began = time.monotonic()
    until(what, holds, patience_s=max(within_s, PATIENCE_S), every_s=every_s)
    return time.monotonic() - began
