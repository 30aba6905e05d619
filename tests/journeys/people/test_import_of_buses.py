"""The transport officer brings in 500 buses with their screens by one table from the depot."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.server.web.console.test_every_page import grave_faults
from tests.support.app.people import sign_in as account
from tests.support.browser.chromium import chromium
from tests.support.district.served import serving_district
from tests.support.district.story import found
from tests.support.district.visits import PHONE, sign_in
from tests.support.factories.tables import rows_of, xlsx
from tests.support.patience import until
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.browser

HEAD = ("线路", "车牌号", "车场", "屏序列号")
COUNT = 500
FILE = "车辆表（xlsx 或 csv）"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[WebWorker, str]]:
    here = found(tmp_path_factory.mktemp("buses"))
    unit = here.units["交通运输分局"]
    client = account(here.world, "admin").client
    for number in range(1, 21):
        client.post("/api/v1/lines", json={"name": f"{number} 路", "unit_id": unit})
    key = {"unit_id": unit, "venue_kind": "bus", "uses": COUNT}
    until = {"expires_at": "2027-06-30T00:00:00+08:00"}
    made = client.post("/api/v1/enrolment-keys", json={**key, **until}).json["key"]
    with serving_district(here) as worker:
        yield worker, made


@pytest.fixture(scope="module")
def zhao(served: tuple[WebWorker, str]) -> Iterator[Page]:
    with chromium() as browser:
        page = _page(browser, served[0])
        yield page
        page.context.close()


def _page(browser: Browser, site: WebWorker) -> Page:
    page = sign_in(browser, site, "zhao", locale="zh-CN")
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return page


def buses() -> list[list[Any]]:
    """Line, plate, depot and serial of each, as the depot's own list has them."""
    return [
        [f"{n % 20 + 1} 路", f"苏C·{n:05d}", "城东车场", f"SN{n:06d}"] for n in range(1, COUNT + 1)
    ]


def spoilt() -> list[list[Any]]:
    """The same with seven rows that can't be."""
    rows = buses()
    rows[10][0] = "99 路"
    rows[60][1] = ""
    rows[110][1] = rows[5][1]
    rows[210][3] = rows[6][3]
    rows[310][3] = "8.6E+14"
    rows[410][1] = "#REF!"
    rows[499][3] = 861234567890123456
    return rows


def count(page: Page, site: WebWorker, noun: str) -> int:
    """How many vehicles, or screens on buses, there are."""
    kind = {"venues": "kind", "screens": "venue_kind"}[noun]
    total, cursor = 0, ""
    while True:
        path = f"{site.base}/api/v1/{noun}?{kind}=bus&q=苏C·0&limit=200{cursor}"
        answer = page.request.get(path).json()
        total += len(answer["items"])
        if answer["next"] is None:
            return total
        cursor = f"&cursor={answer['next']}"


def check(page: Page, content: bytes) -> None:
    """Choose the file and have it checked."""
    file = {"name": "车辆.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    page.get_by_label(FILE).set_input_files(file)  # type: ignore[arg-type] # a file in memory
    page.get_by_role("button", name="检查").click()


def test_seven_bad_rows_are_seven_sentences_and_nothing_is_imported(
    zhao: Page, served: tuple[WebWorker, str]
) -> None:
    site = served[0]
    zhao.goto(f"{site.base}/venues")
    zhao.get_by_role("link", name="导入", exact=True).click()
    zhao.get_by_role("link", name="车辆和车载屏").click()

    check(zhao, xlsx(HEAD, spoilt()))

    result = zhao.locator("[data-import-result]")
    expect(result).to_contain_text("7 处问题，改好之前什么都不导入")
    expect(result.locator("tbody tr:visible")).to_have_count(7)
    wrong = result.locator("tbody tr:visible").all_inner_texts()
    assert [text.split("\t")[0].strip() for text in wrong] == [
        "12", "62", "112", "212", "312", "412", "501",
    ]  # fmt: skip
    assert "没有“99 路”这条线路" in wrong[0]
    assert "与第 7 行重复" in wrong[2]
    assert "与第 8 行重复" in wrong[3]
    expect(zhao.get_by_role("button", name="确认导入")).to_be_hidden()
    zhao.get_by_label("只看问题").uncheck()
    until("all rows", lambda: result.locator("tbody tr:visible").count() > 400)
    assert count(zhao, site, "venues") == 0


def test_the_table_comes_back_with_the_problems_beside_the_rows(
    zhao: Page, served: tuple[WebWorker, str]
) -> None:
    with zhao.expect_download() as loaded:
        zhao.get_by_role("button", name="下载带问题的表格").click()
    rows = rows_of(Path(loaded.value.path()).read_bytes())

    assert len(rows) == COUNT + 1
    assert rows[0] == ("问题", *HEAD)
    assert [number for number, row in enumerate(rows, 1) if row[0]][1:] == [
        12, 62, 112, 212, 312, 412, 501,
    ]  # fmt: skip


def test_the_mended_table_makes_500_buses_with_their_screens(
    zhao: Page, served: tuple[WebWorker, str]
) -> None:
    site = served[0]
    check(zhao, xlsx(HEAD, buses()))
    result = zhao.locator("[data-import-result]")
    expect(result).to_contain_text("没有问题：新建 500")
    assert count(zhao, site, "venues") == 0
    zhao.get_by_role("button", name="确认导入").click()

    expect(result).to_contain_text("已导入：新建 500，修改 0，没有变化 0。 同时登记显示屏 500 块。")
    assert (count(zhao, site, "venues"), count(zhao, site, "screens")) == (COUNT, COUNT)
    result.get_by_role("link", name="查看").click()
    zhao.wait_for_url("**/venues?kind=bus")
    expect(zhao.get_by_role("link", name="苏C·00500")).to_be_visible()


def test_boxes_that_enrol_land_on_the_imported_screens(
    zhao: Page, served: tuple[WebWorker, str]
) -> None:
    site, key = served
    for number in (7, 300):
        grant = {"grant_type": "enrolment_key", "enrolment_key": key, "serial": f"SN{number:06d}"}
        answer = requests.post(f"{site.base}/api/v1/player/token", json=grant, timeout=30)
        screen = answer.json()["screen_id"]
        read = zhao.request.get(f"{site.base}/api/v1/screens/{screen}").json()
        venue = zhao.request.get(f"{site.base}/api/v1/venues/{read['venue_id']}").json()
        assert venue["vehicle"] == f"苏C·{number:05d}"

    assert (count(zhao, site, "venues"), count(zhao, site, "screens")) == (COUNT, COUNT)


@pytest.mark.long
def test_the_second_time_nothing_changes_and_one_edited_row_is_one_change(
    zhao: Page, served: tuple[WebWorker, str]
) -> None:
    site = served[0]
    zhao.goto(f"{site.base}/vehicles/import")
    check(zhao, xlsx(HEAD, buses()))
    result = zhao.locator("[data-import-result]")
    expect(result).to_contain_text("没有变化：表里的 500 行与现有记录完全一致")
    expect(zhao.get_by_role("button", name="确认导入")).to_be_hidden()

    with zhao.expect_download() as loaded:
        zhao.get_by_role("link", name="导出现有数据").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(loaded.value.path()).read_bytes()))
    sheet = book.worksheets[0]
    place = [str(cell.value).rstrip("*") for cell in sheet[1]].index("车场") + 1
    sheet.cell(3, place).value = "城西车场"
    out = io.BytesIO()
    book.save(out)
    check(zhao, out.getvalue())

    expect(result).to_contain_text("没有问题：新建 0，修改 1")
    expect(result.locator("tbody tr")).to_contain_text("→ 城西车场")


@pytest.mark.long
@pytest.mark.parametrize("device", ["desk", "phone"])
def test_these_pages_are_for_screen_readers_and_phones(
    zhao: Page, served: tuple[WebWorker, str], device: str
) -> None:
    site, size = served[0], zhao.viewport_size
    assert size is not None
    zhao.set_viewport_size(PHONE if device == "phone" else size)  # type: ignore[arg-type] # a size
    for noun in ("venues", "lines", "screens", "vehicles"):
        zhao.goto(f"{site.base}/{noun}/import?lang={'en' if device == 'phone' else 'zh'}")
        zhao.wait_for_load_state("networkidle")
        assert grave_faults(zhao) == [], noun
        assert _overflow(zhao) <= 0, noun
    file = {"name": "x.xlsx", "mimeType": "application/octet-stream"}
    bad = {**file, "buffer": xlsx(HEAD, spoilt()[:20])}
    zhao.locator("#file").set_input_files(bad)  # type: ignore[arg-type] # a file in memory
    zhao.locator("[data-check]").click()
    zhao.locator("[data-import-result] tbody tr").first.wait_for()
    assert grave_faults(zhao) == []
    assert _overflow(zhao) <= 0
    zhao.set_viewport_size(size)


def _overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
