"""A browser that ends before the first command reaches it is started again."""

from pathlib import Path

import pytest

from anping_kiosk import __main__ as program
from anping_kiosk.browser import Browser
from anping_kiosk.settings import Settings


@pytest.mark.slow
def test_a_browser_that_ends_at_once_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow_pages = Browser.follow_pages

    def when_it_has_ended(browser: Browser) -> None:
        browser._process.wait()
        follow_pages(browser)

    monkeypatch.setattr(Browser, "follow_pages", when_it_has_ended)
    settings = Settings("http://127.0.0.1/player/", tmp_path / "profile", browser="true")

    assert program._run_once(settings) == "it ended"
