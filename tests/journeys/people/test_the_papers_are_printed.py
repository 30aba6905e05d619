"""An officer prints the register of screens and a filing form: on paper is what the API answers.

One real server, its pages in Chromium, and the printed PDF read back.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser.console_user import ADMIN_PASSWORD, Person, signs_in
from tests.support.processes.server import RunningServer, serving

pytestmark = pytest.mark.browser

SCREENS = 60
HEADINGS = ("序号", "点位", "类型", "地址", "规格", "联系人", "接入日期", "最近检修")


@dataclass(frozen=True)
class Paper:
    """A printed page: its size in points and its words without white space."""

    width: int
    height: int
    words: str


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with serving(tmp_path_factory.mktemp("server"), admin_password=ADMIN_PASSWORD) as running:
        yield running


@pytest.fixture(scope="module")
def officer(server: RunningServer, browser: Browser) -> Iterator[Person]:
    """With sixty screens in twenty venues of two units."""
    admin = signs_in(browser, server.base, "admin", ADMIN_PASSWORD)
    units = [posts(admin, "units", {"name": name})["id"] for name in ("卫健科", "三产服务科")]
    for number in range(20):
        venue = posts(
            admin,
            "venues",
            {
                "name": f"第 {number + 1} 社区卫生站",
                "kind": "hospital",
                "unit_id": units[number % 2],
                "address": f"人民路 {number + 1} 号",
                "contact": {"name": "周主任", "phone": "13912345678"},
            },
        )
        for place in ("大厅", "走廊", "门口"):
            size = {"width": 1920, "height": 1080, "serial": f"HX-{number:02}-{place}"}
            posts(admin, "screens", {"venue_id": venue["id"], "name": f"{place}屏", **size})
    yield admin
    admin.context.close()


def posts(person: Person, path: str, body: dict[str, Any]) -> Any:
    """Send it with the session of the page that is open."""
    token = person.page.locator('meta[name="csrf-token"]').get_attribute("content") or ""
    answer = person.context.request.post(
        f"{person.base}/api/v1/{path}",
        data=body,
        headers={"X-CSRF-Token": token, "Origin": person.base},
    )
    assert answer.ok, (path, answer.status, answer.text())
    return answer.json()


def printed(page: Page, path: Path) -> list[Paper]:
    content = page.pdf(path=str(path), prefer_css_page_size=True)
    with pypdfium2.PdfDocument(content) as document:
        return [
            Paper(
                round(one.get_width()),
                round(one.get_height()),
                re.sub(r"\s+", "", one.get_textpage().get_text_range()),
            )
            for one in document
        ]


def test_the_register_has_every_row_of_the_answer_and_its_totals(
    officer: Person, tmp_path: Path
) -> None:
    officer.opens("/papers/register")
    papers = printed(officer.page, tmp_path / "register.pdf")
    found = officer.asks("/api/v1/reports/screen-register")
    words = "".join(one.words for one in papers)

    assert {(one.width, one.height) for one in papers} == {(842, 595)}  # A4, across
    rows = [row for unit in found["units"] for row in unit["items"]]
    assert len(rows) == found["totals"]["screens"] == SCREENS
    for number, row in enumerate(rows, start=1):
        line = (
            f"{number}{row['venue_name']}医院{row['address']}{row['name']}{row['serial']}"
            f"横屏{row['width']}×{row['height']}{row['contact_name']}{row['contact_phone']}––"
        )
        assert re.sub(r"\s+", "", line) in words, line
    assert "合计：2个责任单位，20个点位，60块显示屏，其中已接入0块" in words
    assert "13912345678" not in words


def test_each_sheet_repeats_the_headings_and_has_its_number(
    officer: Person, tmp_path: Path
) -> None:
    officer.opens("/papers/register")
    papers = printed(officer.page, tmp_path / "register.pdf")

    assert len(papers) >= 3
    for number, paper in enumerate(papers, start=1):
        assert f"—{number}—" in paper.words
        assert "打印" not in paper.words.replace("打印：", "")  # no buttons on paper
    assert all("".join(HEADINGS[:4]) in paper.words for paper in papers[:-1])
    assert "公共显示屏台账" in papers[0].words


def test_a_filing_form_is_one_upright_sheet_for_each_venue(officer: Person, tmp_path: Path) -> None:
    officer.opens("/papers/filing")
    officer.chooses("责任单位", "卫健科")
    officer.presses("筛选")
    officer.page.wait_for_url("**unit_id=u_*")
    officer.page.wait_for_load_state()
    papers = printed(officer.page, tmp_path / "filing.pdf")
    unit = officer.asks("/api/v1/reports/screen-register")["units"][0]

    assert {(one.width, one.height) for one in papers} == {(595, 842)}
    assert len(papers) == unit["venues"] == 10
    for number, paper in enumerate(papers, start=1):
        shown = [row for row in unit["items"] if re.sub(" ", "", row["venue_name"]) in paper.words]
        assert len({row["venue_id"] for row in shown}) == 1
        for words in ("公共电子显示屏备案表", "共3块", "13912345678", "备案机关意见（盖章）"):
            assert words in paper.words, (number, words)
        assert all(row["serial"] in paper.words for row in shown)
