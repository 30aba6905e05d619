"""People of a district who work with the console's pages, as they would: labels and buttons."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

ADMIN_PASSWORD = "first password 2026"
PASSWORD = "a long enough password 1"
ALL_DAY = ("00:00", "24:00")
# A clip is encoded twice, which takes its time on a busy machine.
CLIP_MS = 300_000


@dataclass
class Person:
    """One person in his own browser profile."""

    context: BrowserContext
    page: Page
    base: str

    def opens(self, path: str) -> None:
        """Go to a page."""
        self.page.goto(self.base + path)

    def fills(self, label: str, value: str) -> None:
        """Write into the field with this label."""
        self.page.get_by_label(label, exact=True).fill(value)

    def chooses(self, label: str, option: str) -> None:
        """Choose from the list with this label."""
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def presses(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def sees(self, text: str) -> None:
        """Wait until the page shows the text."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def arrives_at(self, pattern: str) -> str:
        """Wait for an address such as `**/media/*`; answers its last part."""
        self.page.wait_for_url(pattern)
        return self.page.url.rstrip("/").rpartition("/")[2].partition("?")[0]

    def asks(self, path: str) -> Any:
        """Read a resource of the API with this person's session."""
        answer = self.context.request.get(self.base + path)
        assert answer.ok, (path, answer.status, answer.text())
        return answer.json()


def signs_in(browser: Browser, base: str, username: str, password: str = PASSWORD) -> Person:
    """A person at the sign-in page, and then past it."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    person = Person(context, context.new_page(), base)
    person.opens("/login")
    person.fills("用户名", username)
    person.fills("密码", password)
    person.presses("登录")
    # The first page is that of the role.
    person.page.wait_for_url(lambda url: "/login" not in url)
    return person


def employs(admin: Person, username: str, role: str) -> None:
    """The administrator makes an account."""
    admin.opens("/settings/people")
    admin.fills("用户名", username)
    admin.fills("初始密码", PASSWORD)
    admin.chooses("角色", role)
    admin.page.locator('form[data-api="POST /api/v1/users"]').get_by_role("button").click()
    expect(admin.page.get_by_role("cell", name=username, exact=True)).to_be_visible()


def makes_a_venue(person: Person, name: str) -> str:
    """A bank that is open all day and night, so that the time of the test doesn't matter."""
    person.opens("/venues/new")
    person.fills("名称", name)
    person.chooses("类型", "银行网点")
    for day in range(1, 8):
        for side, time in enumerate(ALL_DAY):
            person.page.locator(f'[data-day="{day}"] .span input').nth(side).fill(time)
    person.presses("保存")
    return person.arrives_at("**/venues/v_*")


def uploads(person: Person, *files: Path) -> list[str]:
    """Files go up one after another; answers the assets' ids when all are ready."""
    person.opens("/media")
    person.page.locator('input[type="file"]').set_input_files([str(file) for file in files])
    ids = []
    for index in range(len(files)):
        link = person.page.locator("[data-uploads] li").nth(index).locator("a")
        expect(link).to_be_visible(timeout=CLIP_MS)
        ids.append(str(link.get_attribute("href")).rpartition("/")[2])
    return ids


def makes_a_slide(person: Person, template: str) -> str:
    """A slide from a template's own example."""
    person.opens("/slides")
    person.page.get_by_role("link", name=template).click()
    expect(person.page.locator("[data-preview]").first).to_have_attribute(
        "src", re.compile("^blob:")
    )
    person.presses("保存")
    return person.arrives_at("**/media/a_*")


def makes_a_playlist(person: Person, name: str, asset_names: list[str], seconds: int) -> None:
    """A list of assets in this order; pictures last so long, clips for their own length."""
    person.opens("/playlists/new")
    person.fills("名称", name)
    for asset in asset_names:
        option = person.page.locator("[data-add] option", has_text=asset).first
        value = option.get_attribute("value")
        person.page.locator("[data-add]").select_option(value=str(value))
        person.presses("加入")
    for duration_field in person.page.locator("[data-items] [data-duration]:enabled").all():
        duration_field.fill(str(seconds))
    person.presses("保存")
    person.page.wait_for_url("**/playlists")


def makes_a_campaign(person: Person, name: str, playlist: str, **choices: str) -> str:
    """A campaign on bank screens; `kind` and `value` are its target."""
    person.opens("/campaigns/new")
    person.fills("名称", name)
    person.chooses("播放列表", playlist)
    person.page.get_by_label("银行网点").check()
    person.fills("结束日期（含）", "2030-12-31")
    person.chooses("播放频次", choices.get("kind", "每小时次数"))
    if "value" in choices:
        person.page.locator('[name="target.value"]').fill(choices["value"])
    person.presses("保存")
    return person.arrives_at("**/campaigns/k_*")
