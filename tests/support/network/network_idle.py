"""Waits for a page to come to rest, without the half second that `networkidle` adds."""

from playwright.sync_api import Error, Page, Request

from tests.support.devices.rendered_page import RELOADING

CHECK_INTERVAL_MS = 50
QUIET_CHECKS = 3
TURN = "() => new Promise((done) => setTimeout(done))"


class Traffic:
    """What a page has asked for and not got yet."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._open: set[Request] = set()
        page.on("request", self._begins)
        page.on("requestfinished", self._ends)
        page.on("requestfailed", self._ends)

    def settles(self) -> None:
        """Return once no request was open at three samples in a row.

        Between them the page's own loop has run: a received answer may still lead to the next
        request, or to another page.
        """
        quiet = 0
        while quiet < QUIET_CHECKS:
            self._page.wait_for_timeout(CHECK_INTERVAL_MS)
            quiet = quiet + 1 if self._came_round() and not self._open else 0

    def _came_round(self) -> bool:
        try:
            self._page.evaluate(TURN)
        except Error as error:
            if RELOADING not in error.message:
                raise
            return False
        return True

    # Playwright takes no methods of built-in types.
    def _begins(self, request: Request) -> None:
        self._open.add(request)

    def _ends(self, request: Request) -> None:
        self._open.discard(request)
