"""A merged cell applies to each row that it covers, and to nothing else."""

import io
import zipfile
from typing import Any

import pytest
import xlsxwriter

from server.foundation.spreadsheets.merged_cells import Merged, fill_down, merged_in
from server.foundation.spreadsheets.reader import Column, read_sheet

COLUMNS = (
    Column("name", ("名称",)),
    Column("unit", ("责任单位",), required=False),
    Column("note", ("备注",), required=False),
)
NAME, UNIT, NOTE = range(3)


def book(rows: list[tuple[Any, ...]], *merged: tuple[int, int, int, int, str]) -> bytes:
    """Rows from A1 on, and ranges by their first and last row and column."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        for first, place, last, last_place, value in merged:
            sheet.merge_range(first, place, last, last_place, value)
    return out.getvalue()


def read(content: bytes) -> list[tuple[Any, ...]]:
    return [tuple(one.values.values()) for one in read_sheet(content, COLUMNS).records()]


class Page:
    """As much of an opened sheet as is asked for."""

    path = _worksheet_path = "xl/worksheets/sheet1.xml"


def test_a_unit_over_three_rows_is_the_unit_of_all_three() -> None:
    rows = [("名称", "责任单位", "备注"), ("甲",), ("乙",), ("丙",), ("丁", "宣传科")]

    found = read(book(rows, (1, UNIT, 3, UNIT, "城关街道")))

    assert [row[:2] for row in found] == [
        ("甲", "城关街道"), ("乙", "城关街道"), ("丙", "城关街道"), ("丁", "宣传科"),
    ]  # fmt: skip


def test_rows_below_without_a_value_stay_empty() -> None:
    rows = [("名称", "责任单位", "备注"), ("甲",)]

    assert read(book(rows, (1, UNIT, 40, UNIT, "城关街道"))) == [("甲", "城关街道", None)]


def test_a_title_and_headings_over_several_cells_are_no_values() -> None:
    rows = [("",), ("名称", "责任单位", "备注"), ("",), ("甲", "宣传科")]
    over = (0, NAME, 0, NOTE, "点位台账"), (1, NAME, 2, NAME, "名称")

    assert read(book(rows, *over)) == [("甲", "宣传科", None)]


def test_a_value_over_merged_columns_belongs_to_the_first() -> None:
    rows = [("名称", "责任单位", "备注"), ("甲",), ("乙",)]

    found = read(book(rows, (1, UNIT, 2, NOTE, "宣传科")))

    assert found == [("甲", "宣传科", None), ("乙", "宣传科", None)]


def test_tags_that_are_never_closed_take_no_time() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(Page.path, b"<sheetData></sheetData>" + 300_000 * b"<mergeCell ")

    assert merged_in(out.getvalue(), Page()) == []


@pytest.mark.slow
def test_ranges_that_overlap_are_filled_once_and_at_once() -> None:
    rows = {number: [number, None] for number in range(1, 2_001)}

    fill_down(rows, [Merged(0, 1 + number % 1_999, 9_999_999) for number in range(100_000)])

    assert {row[0] for row in rows.values()} == {1}
