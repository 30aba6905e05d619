"""A box whose clock is elsewhere and goes faster: Chromium's own virtual time.

The browser itself has this time, so pages and workers get it from every clock and timer, and
nothing of the player is replaced. Between two `run`s its time is paused.
"""

from typing import Any

from playwright.sync_api import CDPSession, Page

from tests.support.patience import until

PIECE_MS = 1_000  # reading from a disk is not awaited: each leaves it a little
DECODED = "Promise.all([...document.images].map((one) => one.decode().catch(() => null)))"
POLICY = "Emulation.setVirtualTimePolicy"


class FastClock:
    """The virtual time of a page, which must not have opened the player yet."""

    def __init__(self, page: Page, at_ms: int) -> None:
        self._page = page
        self._over = False
        self._browser: CDPSession = page.context.new_cdp_session(page)
        self._browser.on("Emulation.virtualTimeBudgetExpired", self._ended)
        self._browser.send(POLICY, {"policy": "pause", "initialVirtualTime": at_ms / 1000})

    def run(self, for_ms: int) -> None:
        """Let so much time pass, as fast as the machine can; files that are fetched are awaited."""
        for past_ms in range(0, for_ms, PIECE_MS):
            self._run_piece(min(PIECE_MS, for_ms - past_ms))

    def _run_piece(self, for_ms: int) -> None:
        self._over = False
        policy = {"policy": "pauseIfNetworkFetchesPending", "budget": for_ms}
        self._browser.send(POLICY, policy)
        until("a piece of virtual time", self._is_over, every_s=0.005)
        self._browser.send("Runtime.evaluate", {"expression": DECODED, "awaitPromise": True})

    def _is_over(self) -> bool:
        """A question lets the answers in that came before it."""
        self._browser.send("Runtime.evaluate", {"expression": "0"})
        return self._over

    def now_ms(self) -> int:
        """The page's present time."""
        return int(self._page.evaluate("() => Date.now()"))

    def _ended(self, _event: Any) -> None:
        self._over = True
