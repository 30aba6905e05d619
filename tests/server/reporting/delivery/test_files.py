"""Reports as files: headings of the office, real numbers, nothing that a spreadsheet would run."""

import csv
import io
from typing import Any

import openpyxl
import pytest

from server.foundation.spreadsheets.writer import harmless
from server.inventory.venues.models import Venue
from tests.support.app.clock import HOUR_MS, START_MS
from tests.support.app.inventory import make_screen
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in_all, put_on_air
from tests.support.plays.plays import make_programme
from tests.support.reporting.reports import DAY

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)
HEADINGS = [
    "应播", "实播", "未播完", "播放失败", "插播占用", "暂停关屏", "待回传", "漏播", "免考核",
    "播放完成率",
]  # fmt: skip


@pytest.fixture
def reader(world: World) -> Person:
    """A reader of a district whose only venue has a name that looks like a formula."""
    screen = make_screen(world)
    with world.core.config.write() as session:
        session.get_one(Venue, screen.venue_id).name = '=HYPERLINK("http://x","y")'
    put_on_air(world, screen, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    hand_in_all(world, screen, PROGRAMME, SLOTS[:180])
    return sign_in(world, "reviewer")


def fetched(reader: Person, path: str, **query: str) -> Any:
    answer = reader.client.get(f"/api/v1/reports/{path}", query_string=DAY | query)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=delivery-2026")
    return answer.data


@pytest.mark.parametrize("name", ["delivery", "plays"])
def test_a_csv_opens_with_the_headings_of_the_office(reader: Person, name: str) -> None:
    data = fetched(reader, f"{name}.csv", group_by="venue")

    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0] == ["点位", *HEADINGS]
    assert rows[1][1:] == ["240", "180", "0", "0", "0", "0", "60", "0", "0", "75.00%"]
    assert rows[2][0] == "合计"
    assert rows[3][:2] == ["数据截至", "2026-11-24 10:00:00+08:00"]


@pytest.mark.slow
def test_a_name_in_the_form_of_a_formula_is_only_text(reader: Person) -> None:
    rows = list(csv.reader(io.StringIO(fetched(reader, "delivery.csv", group_by="venue").decode())))
    book = openpyxl.load_workbook(io.BytesIO(fetched(reader, "delivery.xlsx", group_by="venue")))
    cell = book.active["A2"]

    assert rows[1][0].startswith("'=HYPERLINK")
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x","y")')


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_what_could_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_a_workbook_has_real_numbers_and_percentages(reader: Person) -> None:
    book = openpyxl.load_workbook(io.BytesIO(fetched(reader, "plays.xlsx", group_by="day")))
    rows = list(book.active.iter_rows(min_row=1, max_row=3))

    assert [cell.value for cell in rows[0]] == ["日期", *HEADINGS]
    assert [cell.value for cell in rows[1]] == ["2026-11-24", 240, 180, 0, 0, 0, 0, 60, 0, 0, 0.75]
    assert rows[1][-1].number_format == "0.00%"
    assert rows[2][0].value == "合计"


def test_files_are_in_english_on_request(reader: Person) -> None:
    rows = fetched(reader, "delivery.csv", lang="en").decode("utf-8-sig").splitlines()

    assert rows[0].startswith("Campaign,Expected,Confirmed,")
