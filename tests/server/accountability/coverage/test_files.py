"""The ledger as files: the same figures as on the wire, real numbers, nothing that would run."""

import csv
import io
from typing import Any

import openpyxl
import pytest

from tests.support.reporting.coverage import GROUPS, Town, day

pytestmark = pytest.mark.slow

HEADINGS = [
    "应覆盖点位", "联网点位", "实证达标", "待回传", "未达标", "上报点位", "人工上报",
    "未填报或不足", "无屏", "覆盖率", "含人工上报",
]  # fmt: skip
KEYS = (
    "venues", "online", "reached", "pending", "not_reached", "manual", "attested",
    "unattested", "without_screen", "coverage", "coverage_with_attested",
)  # fmt: skip


@pytest.fixture
def mixed(town: Town) -> Town:
    """A venue whose name looks like a formula, one by hand, one silent, one without a screen."""
    bank = town.opens('=HYPERLINK("http://x","y")')[0]
    town.opens("静")
    mall = town.manual("商场")
    town.opens("商行", screens=0, access="none")
    town.becomes(5)
    town.plays(bank, *[9] * 5)
    town.approved(mall)
    return town


def fetched(town: Town, suffix: str, **query: str) -> bytes:
    asked = {"from": day(0), "to": day(4), **query}
    answer = town.reader().get(f"/api/v1/reports/coverage.{suffix}", query_string=asked)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == (
        f"attachment; filename=coverage-2026-11-24-2026-11-28.{suffix}"
    )
    assert answer.headers["Server-Timing"].startswith("total;dur=")
    return answer.data


def sheet(town: Town, **query: str) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(fetched(town, "xlsx", **query)))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


@pytest.mark.parametrize("group", [*GROUPS, "day"])
def test_files_have_the_rows_and_totals_of_the_ledger(mixed: Town, group: str) -> None:
    found = mixed.ledger(0, 4, group_by=group)
    rows = sheet(mixed, group_by=group)
    lines = list(csv.reader(io.StringIO(fetched(mixed, "csv", group_by=group).decode("utf-8-sig"))))

    assert rows[0][1 : len(KEYS) + 1] == lines[0][1 : len(KEYS) + 1] == HEADINGS
    items = [*found["items"], found["totals"]]
    for row, line, item in zip(rows[1:], lines[1:], items, strict=False):
        assert row[1 : len(KEYS) + 1] == [item[key] for key in KEYS]
        assert line[1:10] == [str(item[key]) for key in KEYS[:9]]
        assert line[10] == ("" if item["coverage"] is None else f"{item['coverage']:.2%}")
    assert rows[len(items)][0] == lines[len(items)][0] == "合计"


def test_venues_come_with_their_state_and_days(mixed: Town) -> None:
    rows = sheet(mixed, group_by="venue")

    assert rows[0][-3:] == ["状态", "应计天数", "达标天数"]
    assert [row[-3:] for row in rows[1:5]] == [
        ["实证达标", 5, 5],
        ["待回传", 5, 0],
        ["人工上报", 5, 5],
        ["无屏", 0, 0],
    ]


def test_a_name_in_the_form_of_a_formula_is_only_text(mixed: Town) -> None:
    book = openpyxl.load_workbook(io.BytesIO(fetched(mixed, "xlsx", group_by="venue")))
    cell = book.active["A2"]
    lines = fetched(mixed, "csv", group_by="venue").decode("utf-8-sig").splitlines()

    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x","y")')
    assert lines[1].startswith("\"'=HYPERLINK")
    assert book.active["K2"].number_format == "0.00%"


def test_they_state_their_instant_pending_plays_and_rule(mixed: Town) -> None:
    text = fetched(mixed, "csv").decode("utf-8-sig")

    assert "数据截至,2026-11-29 00:00:00+08:00" in text
    assert "待回传点位日占比,50.00%" in text
    assert "应播的 80 % 及以上计为达标日" in text
    assert "人工上报单列，不计入实播" in text


def test_files_are_in_english_on_request(mixed: Town) -> None:
    lines = fetched(mixed, "csv", lang="en").decode("utf-8-sig").splitlines()

    assert lines[0].startswith("Unit,Venues,With players,Reached by proof,")
