"""Where the keyboard is shows on every kind of control; a slide is written with it alone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser.walk import FOCUS
from tests.support.district.visits import sign_in
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.browser

STATIC = Path(__file__).parents[4] / "server/web/static"
SHEETS = ("vendor/tabler.css", "console/console.css", "console/areas.css")
CONTROLS = """
  <a href="#x">link</a> <a class="btn" href="#x">link as a button</a>
  <button class="btn btn-primary">button</button> <button class="btn btn-outline-danger">x</button>
  <input class="form-control" value="text"> <textarea class="form-control"></textarea>
  <select class="form-select"><option>one</option></select>
  <input class="form-check-input" type="checkbox"> <input class="form-range" type="range">
  <details><summary>summary</summary>more</details>
  <details><summary class="btn btn-sm">summary as a button</summary>more</details>
"""


@pytest.fixture
def page(browser: Browser) -> Page:
    made = browser.new_page()
    sheets = "".join((STATIC / one).read_text(encoding="utf-8") for one in SHEETS)
    made.set_content(f"<html lang=en><style>{sheets}</style><main>{CONTROLS}</main></html>")
    return made


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_control_shows_that_it_has_the_focus(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of the schemes
    controls = page.locator("main").locator("a, button, input, textarea, select, summary")
    shown = []
    for _ in range(controls.count()):
        page.keyboard.press("Tab")
        shown.append(page.evaluate(f"() => ({FOCUS})(document.activeElement)"))

    assert len(shown) > 8
    assert shown == [True] * len(shown)


def test_a_control_without_a_mark_would_be_found(page: Page) -> None:
    page.add_style_tag(content=".btn:focus-visible { outline: 0 !important; }")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")

    assert page.evaluate(f"() => ({FOCUS})(document.activeElement)") is False


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_link_within_a_sentence_is_recognised_by_more_than_its_colour(
    browser: Browser, scheme: str
) -> None:
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type] # one of the schemes
    sheets = "".join((STATIC / one).read_text(encoding="utf-8") for one in SHEETS)
    words = '<p><strong>Checks</strong>: <a href="#x">9 of 9 good</a> <span>by the log</span></p>'
    page.set_content(
        f"<html lang=en><style>{sheets}</style><main>{words}"
        '<p><a class="btn" href="#x">a button</a></p></main></html>'
    )
    drawn = [
        one.evaluate("link => getComputedStyle(link).textDecorationLine")
        for one in page.locator("main a").all()
    ]

    assert drawn == ["underline", "none"]


def test_a_keyword_is_filled_into_a_slide_with_the_keyboard_alone(
    browser: Browser, site: WebWorker
) -> None:
    chen = sign_in(browser, site, "chen", locale="zh-CN")
    chen.goto(f"{site.base}/slides/weekly_tip")
    offers = chen.locator("details.offers")
    steps, why = (chen.locator(f'[name="fields.{one}"]') for one in ("steps", "text"))
    expect(offers.locator("button").first).to_be_hidden()
    why.focus()
    offers.locator("summary").press("Enter")
    expect(offers.locator("select")).to_have_value("fields.text")

    offers.get_by_role("button", name="安全账户").press("Enter")
    expect(why).to_have_value("安全账户：公检法机关没有“安全账户”")
    expect(offers.get_by_role("status")).to_have_text("已填入“为什么”。")
    offers.get_by_role("button", name="两卡").press("Enter")
    expect(why).to_have_value(
        "安全账户：公检法机关没有“安全账户”。两卡：不出租、出借、出售电话卡和银行卡"
    )

    offers.locator("select").select_option(label="这样做")
    for _ in range(4):
        offers.get_by_role("button", name="内幕消息").press("Enter")
    expect(steps).to_have_value("\n".join(["内幕消息：稳赚不赔的投资，不可能有"] * 3))
    expect(offers.get_by_role("status")).to_contain_text("“这样做”写不下这一条")
