"""A publicity officer makes three slides and a campaign of them in at most 20 interactions.

From the sign-in page to a submitted campaign, in Chinese at a desk and in English on a phone; then
a reviewer sees what changes where, prints the sheet, and signs. One real server, nothing patched.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser.console_user import (
    ADMIN_PASSWORD,
    PASSWORD,
    employs,
    makes_a_venue,
    signs_in,
)
from tests.support.browser.interactions import Counted
from tests.support.processes.server import RunningServer, serving

pytestmark = pytest.mark.browser

MOST = 20
DESK = {"viewport": {"width": 1366, "height": 768}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
LINES = ("转账之前先核实", "陌生链接不要点", "验证码不告诉人")


@dataclass(frozen=True)
class Words:
    """What the controls are called in a language."""

    username: str
    password: str
    sign_in: str
    menu: str
    slides: str
    slogan: str
    lines: str
    save: str
    another: str
    use: str
    name: str
    ends_on: str
    banks: str
    submit: str
    waits: str


CHINESE = Words(
    "用户名", "密码", "登录", "菜单", "图文制作", "宣传标语", "标语", "保存", "再做一张",
    "用于新的宣传任务", "名称", "结束日期（含）", "银行网点", "送审", "待审批",
)  # fmt: skip
ENGLISH = Words(
    "User name", "Password", "Sign in", "Menu", "Slides", "Slogan", "Lines", "Save", "Make another",
    "Use in a new campaign", "Name", "Last day", "Bank branch", "Submit",
    "Waiting for sign-off",
)  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[RunningServer]:
    folder = tmp_path_factory.mktemp("server")
    with serving(folder, admin_password=ADMIN_PASSWORD) as running:
        admin = signs_in(browser, running.base, "admin", ADMIN_PASSWORD)
        employs(admin, "chen", "宣传员")
        employs(admin, "lin", "审批员")
        makes_a_venue(admin, "城东支行")
        admin.context.close()
        yield running


def signs_in_at(person: Counted, base: str, words: Words) -> None:
    person.page.goto(base + "/login")
    person.fills(words.username, "chen")
    person.fills(words.password, PASSWORD)
    person.presses(words.sign_in)
    person.page.wait_for_url(base + "/")


def makes_three_slides(person: Counted, words: Words) -> None:
    if not person.page.get_by_role("link", name=words.slides, exact=True).is_visible():
        person.clicks(person.page.get_by_text(words.menu, exact=True), words.menu)
    person.follows(words.slides)
    person.follows(words.slogan)
    for number, line in enumerate(LINES):
        if number:
            person.follows(words.another)  # of the same template
        person.fills(words.lines, line)
        person.presses(words.save)
        person.page.wait_for_url("**/media/a_*")
        expect(person.page.get_by_role("link", name=words.another)).to_be_visible()


def makes_a_campaign_of_them(person: Counted, words: Words, name: str) -> str:
    page = person.page
    person.follows(words.use)
    page.wait_for_url("**/campaigns/new?asset=*")
    # All three were made one after the other, and are chosen in that order.
    expect(page.locator("[data-asset]:checked")).to_have_count(len(LINES))
    hour = page.locator("[data-hour]")
    expect(hour).to_have_attribute("aria-busy", "false")
    expect(hour).to_have_text(hour.get_attribute("data-unchosen") or "")
    expect(page.locator("[data-hour-line]")).to_have_text("")
    expect(page.get_by_label(words.ends_on, exact=True)).not_to_have_value("")
    person.fills(words.name, name)
    person.clicks(page.get_by_label(words.banks, exact=True), words.banks)
    person.presses(words.save)
    page.wait_for_url("**/campaigns/k_*")
    return page.url.rpartition("/")[2]


@pytest.mark.parametrize(
    ("words", "device", "locale"),
    [
        (CHINESE, DESK, "zh-CN"),
        pytest.param(ENGLISH, PHONE, "en-US", marks=pytest.mark.long),
    ],
    ids=["zh at a desk", "en on a phone"],
)
def test_three_slides_and_a_submitted_campaign_take_at_most_twenty_interactions(
    server: RunningServer,
    browser: Browser,
    words: Words,
    device: dict[str, object],
    locale: str,
    record_property: Callable[[str, object], None],
) -> None:
    began_s = time.monotonic()
    context = browser.new_context(**device, locale=locale, timezone_id="Asia/Shanghai")  # type: ignore[arg-type] # a viewport and flags
    person = Counted(context.new_page())

    signs_in_at(person, server.base, words)
    makes_three_slides(person, words)
    campaign = makes_a_campaign_of_them(person, words, f"年末宣传 {locale}")
    person.presses(words.submit)
    expect(person.page.locator(".lead-line")).to_have_text(words.waits)

    shown = context.request.get(f"{server.base}/api/v1/campaigns/{campaign}").json()
    assert (shown["state"], len(shown["items"])) == ("submitted", len(LINES))
    states = [
        context.request.get(f"{server.base}/api/v1/assets/{row['asset_id']}").json()["state"]
        for row in shown["items"]
    ]
    assert states == ["submitted"] * len(LINES)
    print(f"{locale}: {len(person)} interactions (at most {MOST}): {', '.join(person.acts)}")
    record_property("interactions", len(person))
    record_property("person_s", person.person_s)
    record_property("script_s", time.monotonic() - began_s)
    assert len(person) <= MOST
    context.close()


def test_then_a_reviewer_sees_what_changes_prints_the_sheet_and_signs(
    server: RunningServer, browser: Browser, tmp_path: Path
) -> None:
    lin = signs_in(browser, server.base, "lin")
    waiting = lin.asks("/api/v1/campaigns?state=submitted")["items"]
    campaign = waiting[-1]["id"]
    lin.opens(f"/campaigns/{campaign}")

    sees_the_changes(lin.page)
    lin.opens(f"/campaigns/{campaign}/approval-sheet")
    prints_one_page(lin.page, tmp_path / "sheet.pdf")

    lin.opens(f"/campaigns/{campaign}")
    lin.fills("审批意见（可不填）", "画面清楚，同意播放")
    lin.presses("批准")
    expect(lin.page.locator(".lead-line")).to_have_text("播放中")
    shown = lin.asks(f"/api/v1/campaigns/{campaign}")
    assert (shown["state"], shown["reviews"][0]["opinion"]) == ("live", "画面清楚，同意播放")
    lin.context.close()


def sees_the_changes(page: Page) -> None:
    """Three new pictures, no screen yet as none is bound, days that are all new."""
    changes = page.locator("#changes")
    expect(changes.locator(".change-added")).to_have_count(len(LINES))
    expect(changes.locator("[data-where-changes]")).to_contain_text("不变")
    expect(changes.locator("[data-hours-changes]")).to_have_text("播放范围内还没有可播放的屏幕。")
    expect(page.locator("#steps")).to_contain_text("等待审批")


def prints_one_page(page: Page, path: Path) -> None:
    """On A4, with what it is, whose opinions, and room for seals."""
    content = page.pdf(path=str(path), prefer_css_page_size=True)
    with pypdfium2.PdfDocument(content) as paper:
        assert len(paper) == 1
        width, height = paper[0].get_size()
        text = re.sub(r"\s+", "", paper[0].get_textpage().get_text_range())
    assert (round(width), round(height)) == (595, 842)
    for words in ("宣传任务审批单", "年末宣传", "审批意见", "送审单位（盖章）", "审批单位（盖章）"):
        assert words in text, words
