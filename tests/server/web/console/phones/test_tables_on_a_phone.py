"""On a phone a wide table is moved sideways, and what each row is about stays where it is."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.support.browser.walk import CONTEXT_OPTIONS

pytestmark = pytest.mark.browser

STATIC = Path(__file__).parents[5] / "server/web/static"
SHEETS = ("vendor/tabler.css", "console/console.css", "console/areas.css")
MOVED_PX = 200
AS_WIDE = "<meta name=viewport content=width=device-width>"
TABLE = """<div class="scroll"><table class="table">
  <thead><tr><th>名称</th>{heads}</tr></thead>
  <tbody><tr><td>年末反诈集中宣传</td>{cells}</tr><tr><td colspan="9">没有更多</td></tr></tbody>
  <tfoot><tr><th>合计</th>{cells}</tr></tfoot></table></div>""".format(
    heads="<th class='num'>插播占用</th>" * 8, cells="<td class='num'>1,234</td>" * 8
)

TICKED = """<div class="scroll"><table class="table">
  <thead><tr><th class="pick-cell"></th><th>显示屏</th>{heads}</tr></thead>
  <tbody><tr><td class="pick-cell"><input type="checkbox"></td><td class="whole">大堂东侧</td>
  {cells}<td class="words">应播：十类常见电信网络诈骗（离线，未确认）</td></tr></tbody>
  </table></div>""".format(heads="<th>类型</th>" * 6, cells="<td>银行网点</td>" * 6)
WORDS_PX = 240


def show(browser: Browser, table: str) -> Page:
    """A table, moved."""
    page = browser.new_page(**CONTEXT_OPTIONS["phone"])
    sheets = "".join((STATIC / one).read_text(encoding="utf-8") for one in SHEETS)
    page.set_content(f"<html lang=zh>{AS_WIDE}<style>{sheets}</style><main>{table}</main></html>")
    page.evaluate(f"() => {{ document.querySelector('.scroll').scrollLeft = {MOVED_PX} }}")
    return page


@pytest.fixture
def page(browser: Browser) -> Page:
    return show(browser, TABLE)


def left_of(cell: Locator) -> float:
    box = cell.bounding_box()
    assert box is not None
    return box["x"]


@pytest.mark.parametrize("row", ["thead tr", "tbody tr:first-child", "tfoot tr"])
def test_the_name_of_a_row_stays_and_its_figures_move(page: Page, row: str) -> None:
    frame, name, last = (
        page.locator(one) for one in (".scroll", f"{row} > :first-child", f"{row} > :last-child")
    )

    assert left_of(name) == pytest.approx(left_of(frame), abs=1)
    there = left_of(last)
    page.evaluate("() => { document.querySelector('.scroll').scrollLeft = 0 }")
    assert left_of(last) == pytest.approx(there + MOVED_PX, abs=1)


def test_a_cell_across_the_whole_table_moves_with_it(page: Page) -> None:
    assert left_of(page.locator("[colspan]")) == pytest.approx(
        left_of(page.locator(".scroll")) - MOVED_PX, abs=2
    )


def test_beside_a_box_to_tick_the_name_stays_and_the_box_goes(browser: Browser) -> None:
    page = show(browser, TICKED)
    left = left_of(page.locator(".scroll"))

    for row in ("thead tr", "tbody tr"):
        assert left_of(page.locator(f"{row} > :nth-child(2)")) == pytest.approx(left, abs=1)
        assert left_of(page.locator(f"{row} > .pick-cell")) < left - 100


def test_a_sentence_has_room_so_that_rows_stay_low(browser: Browser) -> None:
    page = show(browser, TICKED)
    words, row = (page.locator(one).bounding_box() for one in (".words", "tbody tr"))
    assert words is not None
    assert row is not None

    assert words["width"] >= WORDS_PX
    assert row["height"] < 3 * 22 + 14


def test_the_line_below_a_name_is_the_line_below_its_figures(page: Page) -> None:
    """Cells of a table whose lines are shared leave theirs behind when they stay."""
    for row in ("thead tr", "tbody tr:first-child"):
        of_name, of_figure = (
            page.locator(f"{row} > {cell}").evaluate(
                "one => [one.getBoundingClientRect().bottom, getComputedStyle(one).borderBottom,"
                " getComputedStyle(one.closest('table')).borderCollapse]"
            )
            for cell in (":first-child", ":last-child")
        )
        assert of_name == of_figure
        assert of_name[1:] == ["1px solid rgb(213, 220, 232)", "separate"]
