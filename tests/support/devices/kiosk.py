"""A box at a screen with Playwright connected to its browser."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, Playwright, expect
from playwright.sync_api import TimeoutError as TooLate

from tests.support.browser.chromium import WAIT_MS, be_patient
from tests.support.browser.driver import playwright_driver
from tests.support.devices.box_process import HEADLESS, BoxProcess, Surroundings
from tests.support.devices.rendered_page import on_glass
from tests.support.patience import PATIENCE_MS, PATIENCE_S, until

ATTEMPT_TIMEOUTS_S = (4.0, 4.0, 8.0, 8.0, 16.0, PATIENCE_S)
CAPTURE_TIMEOUTS_S = (10.0, 20.0, PATIENCE_S)
WRITTEN_S = 5.0


class Kiosk(BoxProcess):
    """Its process; `page` is the page on the screen."""

    def __init__(
        self, driver: Playwright, profile: Path, address: str, around: Surroundings = HEADLESS
    ) -> None:
        super().__init__(profile, address, around)
        self._driver = driver
        self._browser: Browser | None = None

    @property
    def page(self) -> Page:
        """The only page."""
        assert self._browser is not None
        return self._browser.contexts[0].pages[0]

    def switch_on(self) -> float:
        """Start the browser at the player's address; answers when its process was started."""
        began = super().switch_on()
        self._browser = self._connected(self.debugging)
        until("its page", lambda: bool(self._browser and self._browser.contexts[0].pages))
        return began

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
        super().cut_power()
        if self._browser is not None:
            self._browser.close()
        self._browser = None

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
