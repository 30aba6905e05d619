"""Tables saved by Excel, WPS and programs are read into plain rows; other files are refused."""

import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import xlsxwriter

from server.foundation.errors import Invalid
from server.foundation.spreadsheets import reader as tables
from server.foundation.spreadsheets.cells import Unreadable, clock_of, day_of, text_of
from server.foundation.spreadsheets.reader import Column, Record, read_sheet


def at(*parts: int) -> datetime:
    """As spreadsheets have it: without a zone."""
    return datetime(*parts)  # type: ignore[arg-type] # noqa: DTZ001


COLUMNS = (
    Column("line", ("线路", "line")),
    Column("vehicle", ("车号", "车牌号")),
    Column("note", ("备注",), required=False),
)


def xlsx(*rows: tuple[Any, ...], **formats: str) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        clock = book.add_format({"num_format": formats.get("clock", "hh:mm")})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, (time, timedelta)):
                    sheet.write_datetime(number, place, value, clock)
                elif isinstance(value, date):
                    sheet.write_datetime(number, place, value, day)
                elif value is not None:
                    sheet.write(number, place, value)
    return out.getvalue()


def values(records: list[Record]) -> list[dict[str, Any]]:
    return [dict(one.values) for one in records]


def refusal(content: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        read_sheet(content, COLUMNS).records()
    assert caught.value.faults[0].pointer == "/file"
    return caught.value.detail.zh


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "，"])
def test_a_csv_is_read_however_it_was_saved(encoding: str, mark: str) -> None:
    rows = (("线路", "车号", "备注"), ("3 路", "苏C·3012", ""), ("12 路", "苏C·1201", "晚"))
    text = "\r\n".join(mark.join(row) for row in rows)

    found = values(read_sheet(text.encode(encoding), COLUMNS).records())

    assert [one["line"] for one in found] == ["3 路", "12 路"]
    assert found[0]["note"] is None
    assert found[1] == {"line": "12 路", "vehicle": "苏C·1201", "note": "晚"}


def test_a_cell_in_quotes_may_have_commas_and_lines() -> None:
    content = '线路,车号\n3 路,"苏C·3012,\n苏C·3013"\n12 路,甲\n'.encode()

    found = read_sheet(content, COLUMNS).records()

    assert [one.number for one in found] == [2, 3]
    assert found[0].values["vehicle"] == "苏C·3012,\n苏C·3013"


def test_a_title_with_another_mark_than_the_rows_does_no_harm() -> None:
    content = "全区反诈，公交屏\n线路,车号\n3 路,甲\n".encode()

    assert values(read_sheet(content, COLUMNS).records()) == [{"line": "3 路", "vehicle": "甲"}]


def test_what_nobody_sees_is_no_part_of_a_heading_or_a_value() -> None:
    content = "\u200b线路\ufeff,车\u00ad号\n3 路\u200b,\u202a苏C·3012\u202c\n".encode()

    assert values(read_sheet(content, COLUMNS).records()) == [
        {"line": "3 路", "vehicle": "苏C·3012"}
    ]


def test_an_xlsx_gives_numbers_and_times_as_they_are() -> None:
    columns = (*COLUMNS, Column("begin", ("开始",)), Column("day", ("日期",)))
    content = xlsx(
        ("线路", "车号", "开始", "日期"), (3, "苏C·3012", time(6, 10), date(2026, 11, 24))
    )

    [found] = read_sheet(content, columns).records()

    assert (text_of(found.values["line"]), found.number) == ("3", 2)
    assert clock_of(found.values["begin"]) == "06:10"
    assert day_of(found.values["day"]) == date(2026, 11, 24)


def test_headings_may_be_below_a_title_in_any_order_with_stars_and_notes() -> None:
    content = xlsx(
        ("三路排班表",), (None, None), ("车牌号 *", "线路（必填）"), ("苏C·3012", "3 路")
    )

    [found] = read_sheet(content, COLUMNS).records()

    assert (found.number, found.values["line"], found.values["vehicle"]) == (4, "3 路", "苏C·3012")


def test_empty_rows_are_left_out_and_the_others_keep_their_numbers() -> None:
    content = "线路,车号\n\n3 路,甲\n,\n3 路,乙\n".encode()

    assert [one.number for one in read_sheet(content, COLUMNS).records()] == [3, 5]


def test_formulas_are_never_worked_out() -> None:
    content = xlsx(("线路", "车号"), ("=1+1", "甲"), ("3 路", "乙"))

    found = read_sheet(content, COLUMNS).records()

    assert found[0].values["line"] in (0, None)
    assert found[1].values["line"] == "3 路"


def test_another_file_is_refused_with_a_remedy() -> None:
    assert "缺少这些列：车号" in refusal("线路,备注\n3 路,x\n".encode())
    assert "出现了两次" in refusal("线路,车号,线路\n3,甲,4\n".encode())
    assert "没有数据行" in refusal(b"")
    assert "没有数据行" in refusal("线路,车号\n".encode())
    assert "旧版" in refusal(tables.OLD_EXCEL + bytes(600))
    assert "另存为" in refusal(b"PK\x03\x04" + bytes(600))
    assert "另存为" in refusal(b"\xff\xfe\x00")
    assert "缺少" in refusal(bytes(range(1, 128)) * 20)


def test_a_file_that_unpacks_to_far_more_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", bytes(3_000_000))
    monkeypatch.setattr(tables, "MOST_UNPACKED", 2_000_000)

    assert "解压后过大" in refusal(out.getvalue())


@pytest.mark.slow
def test_a_file_of_some_kilobytes_that_unpacks_to_fifty_megabytes_is_not_unpacked() -> None:
    """Its rows are in order, so each would be made, for minutes of a processor."""
    content = xlsx(("线路", "车号"), ("3 路", "甲"))
    out, row = io.BytesIO(), b'<row><c t="inlineStr"><is><t>x</t></is></c></row>'
    with (
        zipfile.ZipFile(io.BytesIO(content)) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for one in good.namelist():
            sheet = b"<worksheet><sheetData>" + row * 1_000_000 + b"</sheetData></worksheet>"
            bad.writestr(one, sheet if one.endswith("sheet1.xml") else good.read(one))

    assert len(out.getvalue()) < 200_000
    assert "解压后过大" in refusal(out.getvalue())


@pytest.mark.slow
def test_rows_that_are_all_alike_are_no_bomb() -> None:
    rows = [("3 路", "苏C·3012", "晚")] * tables.MOST_ROWS

    assert (
        len(read_sheet(xlsx(("线路", "车号", "备注"), *rows), COLUMNS).records())
        == tables.MOST_ROWS
    )


def test_a_file_of_more_parts_than_a_workbook_has_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for number in range(tables.MOST_PARTS + 1):
            packed.writestr(f"xl/{number}", b"")

    assert "解压后过大" in refusal(out.getvalue())


def test_entities_that_would_fill_the_memory_are_not_followed() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x "&y;&y;"><!ENTITY y "boom">]><worksheet><v>&x;</v></worksheet>'
    out, content = io.BytesIO(), xlsx(("线路", "车号"), ("3 路", "甲"))
    with zipfile.ZipFile(io.BytesIO(content)) as good, zipfile.ZipFile(out, "w") as bad:
        for one in good.namelist():
            bad.writestr(one, bomb if one.endswith("sheet1.xml") else good.read(one))

    assert "另存为" in refusal(out.getvalue())


def test_too_many_rows_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    head, row = "线路,车号\n", "3 路,甲\n"

    assert "请分几次导入" in refusal((head + 4 * row).encode())
    assert len(read_sheet((head + 3 * row).encode(), COLUMNS).records()) == 3


def test_rows_after_many_that_have_a_running_number_alone_are_read() -> None:
    numbers = "".join(f",,{number}\n" for number in range(tables.MOST_ROWS + 100))
    content = f"线路,车号,序号\n{numbers}3 路,甲,1\n".encode()

    assert values(read_sheet(content, COLUMNS).records()) == [{"line": "3 路", "vehicle": "甲"}]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-11-24", "2026-11-24"),
        ("2026/1/4", "2026-01-04"),
        ("2026.11.24", "2026-11-24"),
        ("2026年11月24日", "2026-11-24"),
        ("20261124", "2026-11-24"),
        (20261124, "2026-11-24"),
        (20261124.0, "2026-11-24"),
        (46350, "2026-11-24"),
        (at(2026, 11, 24, 6, 10), "2026-11-24"),
        (date(2026, 11, 24), "2026-11-24"),
        ("2026-11-24 00:00:00", "2026-11-24"),
    ],
)
def test_days_are_read_in_all_forms_that_people_use(cell: Any, day: str) -> None:
    assert str(day_of(cell)) == day


@pytest.mark.parametrize("cell", ["24/11/2026", "2026-13-01", "2026-02-30", "明天", 7, "20261340"])
def test_an_invalid_day_is_refused(cell: Any) -> None:
    with pytest.raises(Unreadable):
        day_of(cell)


@pytest.mark.parametrize(
    ("cell", "clock"),
    [
        ("06:10", "06:10"),
        ("6:10", "06:10"),
        ("6：10", "06:10"),
        ("06:10:00", "06:10"),
        ("6点10分", "06:10"),
        ("6时", "06:00"),
        ("24:00", "24:00"),
        ("24:30", "00:30"),
        ("次日0:30", "00:30"),
        (time(6, 10), "06:10"),
        (at(2026, 11, 24, 6, 10), "06:10"),
        (at(1900, 1, 1, 0, 30), "00:30"),
        (at(1899, 12, 31, 6, 10), "06:10"),
        (timedelta(hours=24), "24:00"),
        (timedelta(hours=24, minutes=30), "00:30"),
        (0.25, "06:00"),
        (1.0, "24:00"),
        (None, None),
    ],
)
def test_times_are_read_in_all_forms_that_people_use(cell: Any, clock: str | None) -> None:
    assert clock_of(cell) == clock


@pytest.mark.parametrize("cell", ["早班", "25:99", "6", "40:00", "-1:00", 7, -0.5, "0610"])
def test_an_invalid_time_is_refused(cell: Any) -> None:
    with pytest.raises(Unreadable):
        clock_of(cell)


def test_times_past_midnight_survive_a_spreadsheet() -> None:
    columns = (Column("a", ("甲",)), Column("b", ("乙",)))
    content = xlsx(("甲", "乙"), (timedelta(hours=24, minutes=30), time(0, 30)), clock="[h]:mm")

    [found] = read_sheet(content, columns).records()

    assert (clock_of(found.values["a"]), clock_of(found.values["b"])) == ("00:30", "00:30")


def test_another_sheet_may_be_before_the_table() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("说明").write(0, 0, "请填第二张表")
        sheet = book.add_worksheet("我的车")
        for row, cells in enumerate((("线路", "车号"), ("3 路", "甲"))):
            sheet.write_row(row, 0, cells)

    assert values(read_sheet(out.getvalue(), COLUMNS).records()) == [
        {"line": "3 路", "vehicle": "甲"}
    ]


def test_unknown_columns_are_reported() -> None:
    content = "线路,车号,经办人,备注\n3 路,甲,张三,\n,,李四,\n".encode()

    sheet = tables.read_sheet(content, COLUMNS)

    assert sheet.unknown() == ["经办人"]
    assert [row.number for row in sheet.rows] == [2]


def test_a_row_of_brackets_that_never_close_takes_no_time() -> None:
    content = ("名称," + "(" * 100_000 + "\n").encode() * 9

    assert "缺少这些列" in refusal(content)


def test_headings_in_full_width_letters_are_read() -> None:
    assert len(read_sheet("ＬＩＮＥ,车号（自编）\n3 路,甲\n".encode(), COLUMNS).records()) == 1
