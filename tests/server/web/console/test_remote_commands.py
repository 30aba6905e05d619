"""Commands from the page of a screen: the choices, the messages, the visible state."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.support.district.inventory import District
from tests.support.district.sockets import link, yes
from tests.support.district.visits import sign_in
from tests.support.factories.screenshots import shot_of
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.browser

SCREEN = "前台"


@dataclass
class Answering:
    """A player; each command is answered as `answers` has it, else with a plain yes."""

    answers: dict[str, Any] = field(default_factory=dict)
    commands: list[Any] = field(default_factory=list)

    def obey(self, command: Any) -> Any:
        """What the player does with a command."""
        self.commands.append((command["name"], command["args"]))
        return self.answers.get(command["name"], yes(command))


@pytest.fixture
def player(site: WebWorker, district: District) -> Iterator[Answering]:
    made = Answering()
    with link(district, site, SCREEN, made.obey):
        yield made


def opened(page: Page, site: WebWorker, district: District, path: str = "") -> None:
    page.goto(f"{site.base}/screens/{district.screens[SCREEN]}{path}")


def test_without_a_live_link_buttons_are_off_with_a_reason_and_come_on_with_it(
    chen: Page, site: WebWorker, district: District
) -> None:
    opened(chen, site, district)
    remote = chen.locator("#remote")

    expect(remote.get_by_role("button", name="截图")).to_be_disabled()
    expect(remote.get_by_role("slider", name="音量")).to_be_disabled()
    expect(remote.get_by_text(re.compile("没有实时连接|远程操作通道暂未接通"))).to_be_visible()
    with link(district, site, SCREEN):
        expect(remote.get_by_role("button", name="截图")).to_be_enabled()
    expect(remote.get_by_role("button", name="截图")).to_be_disabled()


def test_the_result_of_a_command_is_shown_and_stays_in_sight(
    chen: Page, site: WebWorker, district: District, player: Answering
) -> None:
    opened(chen, site, district)
    result = chen.locator("[data-said]")

    chen.get_by_role("button", name="显示屏幕名称").click()
    expect(result).to_have_text("屏上已显示名称和屏号，10 秒后恢复。")
    expect(chen.get_by_role("button", name="显示屏幕名称")).to_be_focused()
    chen.get_by_role("slider", name="音量").focus()
    for _ in range(12):
        chen.keyboard.press("ArrowLeft")
    chen.get_by_role("button", name="设定音量").focus()
    chen.keyboard.press("Enter")
    expect(result).to_have_text("音量已设为 40。")

    assert player.commands[-1] == ("volume", {"level": 40})
    first = chen.locator(".kept > li").first
    expect(first).to_contain_text("音量 40")
    expect(first).to_contain_text("陈静")
    chen.reload()
    expect(chen.get_by_role("slider", name="音量")).to_have_value("40")


def test_a_screenshot_is_beside_the_expected_picture(
    chen: Page, site: WebWorker, district: District, player: Answering
) -> None:
    player.answers["screenshot"] = shot_of(Image.new("RGB", (1280, 720), "lime"))
    opened(chen, site, district)

    chen.get_by_role("button", name="截图").click()

    expect(chen.locator("[data-said]")).to_have_text("截图与应播画面不一致，请查看。")
    pair = chen.locator(".pair").first
    expect(pair.get_by_text("与应播画面不一致")).to_be_visible()
    expect(pair.locator("img")).to_have_count(2)
    for picture in pair.locator("img").all():
        picture.scroll_into_view_if_needed()
        chen.wait_for_function("one => one.naturalWidth > 0", arg=picture.element_handle())


@pytest.mark.long
def test_refusals_and_logs_are_in_words_in_both_languages(
    chen: Page, site: WebWorker, district: District, player: Answering
) -> None:
    player.answers["clear_cache"] = {"ok": False, "error": "unknown_command"}
    player.answers["log"] = {"ok": True, "result": {"lines": [[1_795_500_000_000, "link up"]]}}
    opened(chen, site, district, "/commands")
    result = chen.locator("[data-said]")

    chen.get_by_role("button", name="清理缓存").click()
    expect(result).to_have_text("终端不支持这条命令，请先更新终端。")
    expect(result).to_have_class("remote-said alert alert-danger")
    chen.get_by_role("button", name="获取日志").click()
    expect(result).to_have_text("日志已取回，1 行。")
    chen.get_by_text("查看日志").first.click()
    expect(chen.locator(".log").first).to_have_text("14:00:00实时连接已建立")

    opened(chen, site, district, "/commands?lang=en")
    chen.get_by_text("Show the log").first.click()
    expect(chen.locator(".log").first).to_have_text("14:00:00Connected")
    opened(chen, site, district, "/commands?lang=zh")


@pytest.mark.long
def test_a_reader_sees_the_commands_sent_and_no_buttons(
    browser: Browser, chen: Page, site: WebWorker, district: District, player: Answering
) -> None:
    opened(chen, site, district)
    chen.get_by_role("button", name="重新加载").click()
    expect(chen.locator("[data-said]")).to_contain_text("正在重新加载")
    lin = sign_in(browser, site, "lin", locale="zh-CN")

    opened(lin, site, district)

    expect(lin.locator("#remote")).to_have_count(0)
    expect(lin.locator(".kept > li").first).to_contain_text("重新加载")
