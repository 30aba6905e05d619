"""What failed on a screen stays the failure, whether or not its page can still report."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.support.browser.chromium import chromium
from tests.support.devices.rendered_page import player_report

pytestmark = pytest.mark.browser
KEEP_BUSY = "() => void setTimeout(() => { for (const at = Date.now(); Date.now() < at + 3e3; ); })"


@pytest.fixture
def page() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page()


def test_a_page_without_the_players_database_reports_why(page: Page) -> None:
    assert "Indexed Database" in player_report(page)["unreadable"]


def test_a_page_that_is_closed_reports_why(page: Page) -> None:
    page.close()

    assert "closed" in player_report(page)["unreadable"]


def test_a_page_that_hangs_is_not_waited_for(page: Page) -> None:
    page.evaluate(KEEP_BUSY)

    assert "Timeout" in player_report(page, timeout_ms=500)["unreadable"]
