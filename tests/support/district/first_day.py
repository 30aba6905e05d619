"""Pictures of a new server: the first steps on its overview, and a page's help."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.support.browser.console_user import ADMIN_PASSWORD, signs_in
from tests.support.processes.server import serving

DESK = {"width": 1366, "height": 860}
SETTLED_MS = 700
Keep = Callable[[bytes, str], None]


def take_first_day(browser: Browser, keep: Keep) -> None:
    """A server of its own, started here and ended here."""
    with (
        tempfile.TemporaryDirectory(prefix="anping-first-day-") as folder,
        serving(
            Path(folder),
            first_run=True,
            admin_password=ADMIN_PASSWORD,
            public_url="http://10.1.2.3:8000",
        ) as server,
    ):
        admin = signs_in(browser, server.base, "admin", ADMIN_PASSWORD)
        admin.page.set_viewport_size(DESK)
        admin.fills("名称", "江湾区")
        admin.presses("保存")
        admin.sees("已完成 2 / 5")
        admin.opens("/settings/people")
        admin.presses("建宣传员账号")
        admin.sees("只显示这一次。")
        _take(admin.page, keep, "people")
        admin.presses("建审批员账号")
        expect(admin.page.locator(".handover:visible")).to_have_count(2)
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
