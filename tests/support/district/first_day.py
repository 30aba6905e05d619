"""Pictures of a new server: the first steps on its overview, and a page's help."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.support.browser.console_user import ADMIN_PASSWORD, employs, signs_in
from tests.support.processes.server import serving

ADDRESS = "http://10.1.2.3:8000"
DESK = {"width": 1366, "height": 860}
SETTLED_MS = 700
Keep = Callable[[bytes, str], None]


def take_first_day(browser: Browser, keep: Keep) -> None:
    """A server of its own, started here and ended here."""
    with (
        tempfile.TemporaryDirectory(prefix="anping-first-day-") as folder,
        serving(Path(folder), admin_password=ADMIN_PASSWORD) as server,
    ):
        admin = signs_in(browser, server.base, "admin", ADMIN_PASSWORD)
        admin.page.set_viewport_size(DESK)
        admin.page.get_by_label("访问地址").fill(ADDRESS)
        admin.presses("保存")
        admin.sees("已完成 1 / 6")
        employs(admin, "chen", "宣传员")
        _take(admin.page, keep, "people")
        employs(admin, "lin", "审批员")
        admin.opens("/")
        _take(admin.page, keep, "first-steps")
        admin.opens("/venues")
        admin.page.locator("[data-page-help] > summary").click()
        _take(admin.page, keep, "help")
        admin.context.close()


def _take(page: Page, keep: Keep, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLED_MS)
    keep(page.screenshot(), name)
