"""Waits for a page to come to rest, without the half second that `networkidle` adds."""

from playwright.sync_api import Page, Request

LOOK_MS = 50
QUIET_LOOKS = 3


class Traffic:
    """What a page has asked for and not got yet."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._open: set[Request] = set()
        page.on("request", self._begins)
        page.on("requestfinished", self._ends)
        page.on("requestfailed", self._ends)

    def settles(self) -> None:
        """Return once nothing was on its way at three looks in a row."""
        quiet = 0
        while quiet < QUIET_LOOKS:
            self._page.wait_for_timeout(LOOK_MS)
            quiet = 0 if self._open else quiet + 1

    # Playwright takes no methods of built-in types.
    def _begins(self, request: Request) -> None:
        self._open.add(request)

    def _ends(self, request: Request) -> None:
        self._open.discard(request)
