"""An administrator sets up the second factor that is asked of him, prints his codes, comes back.

A real server that requires it, real Chromium, nothing patched but the phone, which is the RFC's
arithmetic. The steps build on each other, so they are one test.
"""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from server.accounts.auth.second_factors import totp
from tests.support.app.people import PASSWORD, sign_in
from tests.support.app.world import make_world
from tests.support.browser.questions import answers
from tests.support.processes.web_worker import web_worker

pytestmark = pytest.mark.browser

CONTEXT_OPTIONS = {
    "zh-CN": {"viewport": {"width": 1366, "height": 768}, "locale": "zh-CN"},
    "en-GB": {"viewport": {"width": 390, "height": 844}, "locale": "en-GB"},
}
WORDS = {
    "zh-CN": ("开启", "确认开启", "已保存好，完成", "剩余恢复码", "关闭验证"),
    "en-GB": ("Set up", "Turn it on", "I have kept them", "Recovery codes left", "Turn it off"),
}


def gives_password(page: Page, base: str) -> None:
    page.goto(f"{base}/login?next=/screens")
    page.fill('[name="username"]', "chen.guang")
    page.fill('[name="password"]', PASSWORD)
    page.click("main button[type=submit]")


def gives_code(page: Page, code: str) -> None:
    page.fill('main [name="code"]', code)
    page.click("main button[type=submit]")


@pytest.mark.parametrize("language", ["zh-CN", pytest.param("en-GB", marks=pytest.mark.long)])
def test_a_factor_is_set_up_used_and_turned_off(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    set_up, turn_on, done, left, turn_off = WORDS[language]
    world = make_world(tmp_path, require_totp=True)
    sign_in(world, "admin", username="chen.guang")
    world.close()
    with web_worker(world) as site:
        page = browser.new_context(**CONTEXT_OPTIONS[language]).new_page()
        gives_password(page, site.base)
        page.wait_for_url("**/settings/second-factor")
        page.get_by_role("button", name=set_up, exact=True).click()
        expect(page.locator(".factor-qr svg")).to_be_visible()
        secret = page.locator(".token-once").inner_text().replace(" ", "")
        now_ms = time.time_ns() // 1_000_000
        page.fill('main [name="code"]', totp.code_of(secret, totp.step_at(now_ms)))
        page.get_by_role("button", name=turn_on).click()
        expect(page.locator("[data-codes-list] li")).to_have_count(10)
        codes = page.locator("[data-codes-list] code").all_inner_texts()
        page.get_by_role("link", name=done).click()
        expect(page.get_by_text(left, exact=True)).to_be_visible()

        page.context.clear_cookies()
        gives_password(page, site.base)
        gives_code(page, "000000")
        expect(page.locator(".alert-danger")).to_be_visible()
        gives_code(page, codes[0].lower())
        page.wait_for_url("**/screens")

        page.goto(f"{site.base}/settings/second-factor")
        form = page.locator('form[data-api*="turn-off"]')
        form.locator('[name="password"]').fill(PASSWORD)
        form.locator('[name="code"]').fill(codes[1])
        form.get_by_role("button", name=turn_off).click()
        answers(page)
        page.wait_for_url("**/settings/second-factor")
        expect(page.get_by_role("button", name=set_up, exact=True)).to_be_visible()
        page.context.close()
