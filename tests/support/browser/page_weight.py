"""What a page weighs on the line when it is opened first, without pictures and media."""

from typing import Any, Final

from playwright.sync_api import Page

LEFT_OUT: Final = frozenset({"Image", "Media"})


class Scales:
    """Notes what a page loads, with the bytes that come over the line for it, heads included.

    The browser keeps nothing meanwhile, so that each page is as at a first visit. The bytes are
    those of Network.loadingFinished of Chromium's DevTools protocol. Texts are packed by gzip, as
    for an office without TLS: there browsers take nothing smaller.
    """

    def __init__(self, page: Page) -> None:
        self.parts: dict[str, int] = {}
        """The bytes of each part of the page, by address."""
        self._asked: dict[str, str] = {}
        browser = page.context.new_cdp_session(page)
        browser.on("Network.requestWillBeSent", self._begins)
        browser.on("Network.loadingFinished", self._loaded)
        browser.send("Network.enable")
        browser.send("Network.setCacheDisabled", {"cacheDisabled": True})
        browser.send("Network.setExtraHTTPHeaders", {"headers": {"Accept-Encoding": "gzip"}})

    def begin(self) -> None:
        """The next page."""
        self.parts, self._asked = {}, {}

    # Playwright takes no methods of built-in types.
    def _begins(self, event: dict[str, Any]) -> None:
        address = event["request"]["url"]
        if event.get("type") not in LEFT_OUT and address.startswith("http"):
            self._asked[event["requestId"]] = address

    def _loaded(self, event: dict[str, Any]) -> None:
        address = self._asked.get(event["requestId"])
        if address is not None:
            self.parts[address] = round(event["encodedDataLength"])
