"""What journeys begin with: one browser for a file, its screens and people in contexts of it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.browser.chromium import chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium with a fresh profile."""
    with chromium() as opened:
        yield opened
