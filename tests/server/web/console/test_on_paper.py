"""Pages on paper: choices are printed in words, and nothing is there that only a hand needs."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.browser

SHEET = {"width": 718, "height": 1000}
CENTRE = "(one) => { const box = one.getBoundingClientRect(); return (box.top + box.bottom) / 2; }"
FOOT = "(one) => one.getBoundingClientRect().bottom"


def put_on_paper(page: Page) -> None:
    """As printing does: the page is notified while it is still displayed on the screen."""
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    page.set_viewport_size(SHEET)  # type: ignore[arg-type] # a plain dict
    page.emulate_media(media="print")


def test_of_what_could_be_chosen_only_what_was_is_printed_and_dark_on_white(
    chen: Page, site: WebWorker
) -> None:
    chen.goto(f"{site.base}/uptime?by=unit&days=7")
    put_on_paper(chen)

    choices = chen.locator(".choices")
    expect(choices.get_by_text("7 天", exact=True)).to_have_css("color", "rgb(0, 0, 0)")
    expect(choices.get_by_text("按单位", exact=True)).to_be_visible()
    expect(choices.get_by_text("30 天", exact=True)).to_be_hidden()
    expect(chen.get_by_text("移动鼠标看每个小时")).to_be_hidden()
    expect(chen.locator("main .btn:not([aria-current]):visible")).to_have_count(0)


def test_the_names_of_a_scale_are_placed_across_their_lines(chen: Page, site: WebWorker) -> None:
    chen.goto(f"{site.base}/uptime?by=unit&days=1")
    put_on_paper(chen)
    frame = chen.locator(".chart-frame").first
    least = frame.locator(".chart-scale > span").last

    assert least.evaluate(CENTRE) == pytest.approx(frame.locator("svg").evaluate(FOOT), abs=1)


def test_the_map_is_printed_whole_as_it_was_on_the_screen(chen: Page, site: WebWorker) -> None:
    chen.set_viewport_size({"width": 1366, "height": 768})
    chen.goto(f"{site.base}/map?rate_days=7")
    frame = chen.locator(".map-frame")
    expect(frame).to_be_visible()
    shown = frame.bounding_box()
    put_on_paper(chen)
    printed = frame.bounding_box()

    assert shown is not None
    assert printed is not None
    assert printed["width"] <= SHEET["width"]
    assert printed["width"] / printed["height"] == pytest.approx(
        shown["width"] / shown["height"], rel=0.02
    )
    expect(frame.locator(".map-buttons")).to_be_hidden()
