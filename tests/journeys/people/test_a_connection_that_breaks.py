"""A page whose line goes silent shows that, and follows again by itself once the line is back.

The line is a proxy's: Chromium's own emulation of a lost network takes a third of a processor as
long as it lasts.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.support.app.people import PASSWORD, sign_in
from tests.support.app.world import make_world
from tests.support.browser.console_user import signs_in
from tests.support.network.hostile_proxy import Attack, HostileProxy, Reply
from tests.support.patience import PATIENCE_MS
from tests.support.processes.web_worker import web_worker

pytestmark = pytest.mark.browser

SIGN = "[data-live-sign]"
SOONER_MS = 20_000
"""Sooner than the try that the page has announced."""


class DeadLine(Attack):
    """Nothing comes through, and no connection ends."""

    refuses_sockets = True

    def answer(self, _path: str) -> Reply:
        """As a router whose uplink is gone."""
        return Reply(504)

    def down(self, _message: str) -> None:
        """Nor pings."""


@pytest.fixture
def line(tmp_path: Path) -> Iterator[HostileProxy]:
    """The way to a server with one reviewer."""
    world = make_world(tmp_path)
    sign_in(world, "reviewer", username="lin")
    world.close()
    with web_worker(world) as site:
        line = HostileProxy(urlsplit(site.base).port or 0)
        yield line
        line.close()


def test_a_broken_connection_is_shown_and_comes_back_by_itself(
    browser: Browser, line: HostileProxy
) -> None:
    page = signs_in(browser, line.base, "lin", PASSWORD).page
    expect(page.locator(SIGN)).to_have_text("实时")

    with line.under(DeadLine()):
        expect(page.locator(SIGN)).to_have_text("连接中断，30 秒后重试", timeout=PATIENCE_MS)
        expect(page.locator(SIGN)).to_have_attribute("aria-live", "polite")
        expect(page.locator("[data-line-lost]")).to_be_visible()
        page.context.set_offline(True)
    page.context.set_offline(False)  # which the system reports to the page
    expect(page.locator(SIGN)).to_have_text("实时", timeout=SOONER_MS)
    expect(page.locator("[data-line-lost]")).to_be_hidden()
