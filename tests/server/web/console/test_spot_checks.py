"""Spot checks on pages: twenty judged in a minute by keys, photos from a phone, the pictures."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.support.devices.rendered_page import first_of
from tests.support.district.inventory import District
from tests.support.district.visits import PHONE, sign_in
from tests.support.factories.sample_files import photo
from tests.support.patience import PATIENCE_MS
from tests.support.processes.web_worker import WebWorker
from tests.support.reporting.spot_checks import make_check

pytestmark = pytest.mark.browser


@pytest.fixture
def lin(browser: Browser, site: WebWorker) -> Page:
    return sign_in(browser, site, "lin", locale="zh-CN")


def more_to_judge(district: District, count: int) -> list[int]:
    """Checks that wait, made while the server runs."""
    screen = int(district.screens["门诊大厅"].removeprefix("s_"))
    return [
        make_check(district.world, screen, why="by_hand", frame_unit_id=None) for _ in range(count)
    ]


def judges_until(page: Page, rest: int) -> None:
    """By keys, until only so many wait; those that were made last."""
    left = page.locator("[data-left]")
    expect(left).to_have_text(re.compile(r"^\d+$"))
    while int(left.inner_text()) > rest:
        page.keyboard.press("1")
        expect(page.locator("[data-check]:not([hidden]) .spot-what strong")).to_have_count(1)


def refuse(route: Route) -> None:
    """Answers in place of a server that is busy."""
    route.fulfill(status=503, json={"detail": "服务器忙", "errors": []})


def verdict_of(page: Page, site: WebWorker, number: int) -> str | None:
    answer = page.request.get(f"{site.base}/api/v1/spot-checks/z_{number}")
    found: str | None = answer.json()["verdict"]
    return found


def test_keys_judge_one_after_another_without_waiting(
    lin: Page, site: WebWorker, district: District
) -> None:
    numbers = more_to_judge(district, 5)[2:]
    lin.goto(f"{site.base}/spot-checks")
    left = lin.locator("[data-left]")

    judges_until(lin, len(numbers))
    lin.keyboard.press("2")
    lin.keyboard.press("3")
    expect(left).to_have_text("1")
    picture = lin.locator("[data-check]:not([hidden]) img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    lin.get_by_role("button", name="正常").click()

    expect(lin.get_by_text("没有待复核的画面。")).to_be_visible()
    assert [verdict_of(lin, site, one) for one in numbers] == ["bad", "unclear", "good"]
    lin.context.close()


def test_a_verdict_that_was_not_saved_comes_back_with_words(
    lin: Page, site: WebWorker, district: District
) -> None:
    numbers = more_to_judge(district, 2)
    lin.goto(f"{site.base}/spot-checks")
    problem, left = lin.locator("[data-problem]"), lin.locator("[data-left]")
    judges_until(lin, len(numbers))
    before = left.inner_text()

    lin.route("**/verdict", refuse)
    lin.keyboard.press("2")
    expect(problem).to_contain_text("没有保存")
    expect(left).to_have_text(before)
    assert verdict_of(lin, site, numbers[0]) is None
    lin.unroute("**/verdict")
    lin.keyboard.press("2")
    lin.keyboard.press("2")
    expect(lin.get_by_text("没有待复核的画面。")).to_be_visible()
    assert [verdict_of(lin, site, one) for one in numbers] == ["bad", "bad"]
    lin.context.close()


def test_a_verdict_saved_late_leaves_the_words_about_the_one_that_was_not(
    lin: Page, site: WebWorker, district: District
) -> None:
    late, refused = more_to_judge(district, 2)
    lin.goto(f"{site.base}/spot-checks")
    problem = lin.locator("[data-problem]")
    judges_until(lin, 2)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    lin.route(f"**/z_{late}/verdict", hold)
    lin.route(f"**/z_{refused}/verdict", refuse)

    lin.keyboard.press("1")
    lin.keyboard.press("2")
    expect(problem).to_contain_text("没有保存")
    with lin.expect_response(f"**/z_{late}/verdict"):
        held[0].continue_()

    # Asked by the page itself: it has read its own answer before this one.
    path = f"/api/v1/spot-checks/z_{late}"
    answer = lin.evaluate("path => fetch(path).then(response => response.json())", path)
    assert answer["verdict"] == "good"
    expect(problem).to_contain_text("没有保存")
    lin.unroute(f"**/z_{refused}/verdict")
    lin.keyboard.press("2")
    expect(lin.get_by_text("没有待复核的画面。")).to_be_visible()
    assert [verdict_of(lin, site, one) for one in (late, refused)] == ["good", "bad"]
    lin.context.close()


def test_a_key_typed_into_a_field_judges_nothing(
    lin: Page, site: WebWorker, district: District
) -> None:
    (number,) = more_to_judge(district, 1)
    lin.goto(f"{site.base}/spot-checks/z_{number}")

    lin.get_by_label("补充说明").fill("")
    lin.get_by_label("补充说明").press("1")
    lin.get_by_label("补充说明").press_sequentially("2 号屏左下角缺一块")
    assert verdict_of(lin, site, number) is None
    lin.get_by_role("button", name="异常").click()

    expect(lin.locator(".lead-line")).to_contain_text("异常")
    expect(lin.locator("dl.facts")).to_contain_text("2 号屏左下角缺一块")
    lin.context.close()


def test_a_photo_chosen_before_the_page_is_ready_is_sent_too(
    browser: Browser, site: WebWorker, district: District, tmp_path: Path
) -> None:
    page = sign_in(browser, site, "chen", locale="zh-CN", viewport=PHONE, is_mobile=True)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/spot-checks*.js*", hold)
    with page.expect_request("**/spot-checks*.js*"):
        page.goto(f"{site.base}/spot-checks", wait_until="commit")
    field = page.locator('input[type="file"][capture]')
    text = tmp_path / "notes.jpg"
    text.write_text("no picture", encoding="utf-8")

    field.set_input_files(text)
    first_of(page, "the script", held).continue_()

    expect(page.locator("[data-said].alert-danger")).to_be_visible(timeout=PATIENCE_MS)
    page.context.close()


def test_a_photo_is_sent_from_a_phone_with_one_button(
    browser: Browser, site: WebWorker, district: District, tmp_path: Path
) -> None:
    page = sign_in(browser, site, "chen", locale="zh-CN", viewport=PHONE, is_mobile=True)
    page.goto(site.base)
    expect(page.get_by_role("link", name="抽查待现场拍照")).to_be_visible()
    page.get_by_role("link", name="抽查待现场拍照").click()
    field = page.locator('input[type="file"][capture]')
    expect(field).to_be_attached()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    text = tmp_path / "notes.jpg"
    text.write_text("no picture", encoding="utf-8")

    field.set_input_files(text)
    expect(page.locator("[data-said].alert-danger")).to_be_visible(timeout=PATIENCE_MS)
    field.set_input_files(photo(tmp_path / "screen.jpg"))
    expect(page.get_by_text("照片已上传，谢谢。")).to_be_visible(timeout=PATIENCE_MS)

    page.reload()
    expect(page.locator("[data-photo]")).to_have_count(0)
    expect(page.locator("[data-check] img").first).to_be_visible()
    page.context.close()


def test_who_may_only_read_sees_figures_and_rows_and_no_buttons(
    browser: Browser, site: WebWorker, district: District
) -> None:
    page = sign_in(browser, site, "qian", locale="zh-CN")
    page.goto(f"{site.base}/spot-checks")

    expect(page.locator("#statistic")).to_be_visible()
    expect(page.get_by_role("button", name="随机抽查")).to_have_count(0)
    expect(page.locator("[data-verdict]")).to_have_count(0)
    expect(page.get_by_text("抽查设置")).to_have_count(0)
    page.context.close()
