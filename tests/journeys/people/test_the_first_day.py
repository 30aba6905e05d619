"""A new server, from the first sign-in to the first approval, led by the steps on the overview."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser.console_user import (
    ADMIN_PASSWORD,
    Person,
    makes_a_campaign,
    makes_a_playlist,
    makes_a_slide,
    signs_in,
)
from tests.support.devices.rendered_page import pairing_code
from tests.support.processes.server import RunningServer, serving

pytestmark = pytest.mark.browser

ADDRESS = "http://screens.example.cn:8000"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with serving(tmp_path_factory.mktemp("server"), admin_password=ADMIN_PASSWORD) as running:
        yield running


def next_step(person: Person, name: str, done: int) -> None:
    """The overview shows this as the next step."""
    person.opens("/")
    guide = person.page.get_by_role("region", name="开始使用")
    expect(guide).to_contain_text(f"已完成 {done} / 5")
    expect(guide.locator('[aria-current="step"]')).to_contain_text(name)


def gets_an_account(admin: Person, role: str, place: int) -> str:
    """The administrator makes one of the two first accounts; the password that is shown once."""
    admin.presses(f"建{role}账号")
    shown = admin.page.locator("#first-accounts [data-secret]:visible")
    expect(shown).to_have_count(place + 1)
    return shown.nth(place).inner_text()


def test_a_district_is_led_from_the_first_sign_in_to_the_first_approval(
    server: RunningServer, browser: Browser
) -> None:
    admin = signs_in(browser, server.base, "admin", ADMIN_PASSWORD)
    # The password was chosen by the operator, so there is no one-time password to change.
    next_step(admin, "填写本区名称", 1)
    admin.fills("名称", "江湾区")
    admin.presses("保存")
    admin.sees("已完成 2 / 5")

    next_step(admin, "建两个账号", 2)
    admin.page.get_by_role("link", name="建账号").click()
    admin.arrives_at("**/settings/people*")
    roles = ("宣传员", "审批员")
    passwords = [gets_an_account(admin, role, place) for place, role in enumerate(roles)]

    next_step(admin, "接上第一块屏", 3)
    expect(admin.page.get_by_text("这个地址只在本机有效")).to_be_visible()
    admin.page.get_by_label("访问地址").fill(f"{ADDRESS}/console")
    admin.page.locator("form", has=admin.page.get_by_label("访问地址")).get_by_role(
        "button"
    ).click()
    admin.sees("只到端口，后面不带路径")
    admin.page.get_by_label("访问地址").fill(ADDRESS)
    admin.page.locator("form", has=admin.page.get_by_label("访问地址")).get_by_role(
        "button"
    ).click()
    admin.sees(f"{ADDRESS}/player/")
    chen = signs_in(browser, server.base, "xuanchuan", passwords[0])
    binds_a_screen(browser, server.base, chen)

    next_step(chen, "播出起步素材", 4)
    chen.page.get_by_role("link", name="新建宣传任务").click()  # this server has no starter pack
    chen.arrives_at("**/campaigns/new")
    makes_a_slide(chen, "宣传标语")
    makes_a_playlist(chen, "反诈主列表", ["标语"], 10)
    makes_a_campaign(chen, "年末反诈集中宣传", "反诈主列表", value="12")
    chen.page.get_by_role("button", name="送审").first.click()
    expect(chen.page.get_by_role("button", name="送审")).to_have_count(0)

    lin = signs_in(browser, server.base, "shenpi", passwords[1])
    lin.page.get_by_role("link", name="宣传任务待审批").click()
    lin.arrives_at("**/campaigns/k_*")
    lin.page.get_by_role("button", name="批准").first.click()
    expect(lin.page.get_by_role("button", name="批准")).to_have_count(0)

    # His overview has been open since, and reloads once the last step is done.
    expect(admin.page.get_by_role("region", name="开始使用")).to_have_count(0)
    expect(admin.page.get_by_role("heading", level=1)).to_have_text("总览")


def binds_a_screen(browser: Browser, base: str, officer: Person) -> None:
    """Its player shows a code, which the officer brings along; the first venue is made for it."""
    screen = browser.new_context().new_page()
    screen.goto(f"{base}/player/")
    officer.opens(f"/pair?code={pairing_code(screen)}")
    officer.page.get_by_role("link", name="新建点位").click()
    officer.arrives_at("**/venues/new*")
    officer.fills("名称", "建设银行城关支行")
    officer.presses("保存")
    officer.page.wait_for_url("**/pair?venue_id=v_*")
    officer.page.get_by_label("显示屏名称").fill("大堂东侧")
    officer.presses("绑定")
    officer.arrives_at("**/screens/s_*")
    screen.context.close()


@pytest.fixture
def phone(server: RunningServer, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-US", viewport=PHONE, is_mobile=True, has_touch=True)
    page = context.new_page()
    page.goto(f"{server.base}/login?lang=en")
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(ADMIN_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{server.base}/")
    yield page
    context.close()


def test_help_opens_over_a_page_and_closes_again_on_a_phone_in_english(
    server: RunningServer, phone: Page
) -> None:
    phone.goto(f"{server.base}/screens?lang=en")
    text = phone.get_by_text("All screens, and what is on each of them now.")
    expect(text).to_be_hidden()

    phone.locator("summary", has_text="?").tap()
    expect(text).to_be_visible()
    box = phone.locator(".page-help-text").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    phone.keyboard.press("Escape")
    expect(text).to_be_hidden()
    phone.keyboard.press("Enter")  # the ? has the focus again
    expect(text).to_be_visible()
    phone.get_by_role("link", name="Help for all pages").tap()

    phone.wait_for_url("**/help#screens")
    expect(phone.get_by_role("heading", name="Screens", exact=True)).to_be_in_viewport()


@pytest.mark.long
def test_help_needs_no_script(server: RunningServer, browser: Browser) -> None:
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.base}/login")
    page.get_by_label("用户名").fill("admin")
    page.get_by_label("密码").fill(ADMIN_PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.locator("summary", has_text="?").click()

    expect(page.get_by_text("先看这里")).to_be_visible()
    context.close()


@pytest.mark.long
def test_the_steps_are_put_away_on_a_phone_in_english(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> None:
    with serving(tmp_path_factory.mktemp("other"), admin_password=ADMIN_PASSWORD) as other:
        context = browser.new_context(locale="en-US", viewport=PHONE, is_mobile=True)
        page = context.new_page()
        page.goto(f"{other.base}/login?lang=en")
        page.get_by_label("User name").fill("admin")
        page.get_by_label("Password").fill(ADMIN_PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        guide = page.get_by_role("region", name="Getting started")
        expect(guide).to_contain_text("1 of 5 done")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

        page.get_by_role("button", name="Don't show again").click()
        expect(guide).to_have_count(0)
        page.reload()
        expect(guide).to_have_count(0)
        context.close()
