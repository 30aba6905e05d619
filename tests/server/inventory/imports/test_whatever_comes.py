"""Files as Excel and WPS save them, files that are none, and cells that nobody thought of."""

import io
from datetime import date, datetime, time
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.inventory.imports.columns.fields import Field
from server.inventory.imports.registry import TABLES
from tests.server.inventory.imports.conftest import Office
from tests.support.app.inventory import make_venue
from tests.support.factories.tables import csv, fault_places, rows_of, send, xlsx

NOUNS = sorted(TABLES)


def as_excel_does(rows: list[tuple[Any, ...]]) -> bytes:
    """A title over merged cells, a sheet before, formats down to row 3,000, a note at the end."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("封面").write(0, 0, "全区点位台账")
        sheet = book.add_worksheet("Sheet2 (2)")
        sheet.merge_range(0, 0, 0, 5, "全区点位台账（2026 年）")
        percent = book.add_format({"num_format": "0%"})
        for number, row in enumerate(rows, 2):
            for place, cell in enumerate(row):
                sheet.write(number, place, cell, percent if isinstance(cell, float) else None)
        for number in range(len(rows) + 2, 3_000):
            sheet.set_row(number, 20, percent)
            sheet.write_blank(number, 3, None, percent)
    return out.getvalue()


@pytest.mark.slow
def test_a_title_another_sheet_and_empty_rows_do_no_harm(office: Office) -> None:
    head = ("编号 ", "点位名称（必填）", "类 型", "自有占比％", "ＴＡＧＳ")
    done = send(office.wang, "venues", as_excel_does([head, ("'007", "行", "银行", 0.25, "临街")]))

    assert done.status_code == 200, done.json
    (venue,) = office.listed("venues")
    assert (venue["code"], venue["own_share"], venue["tags"]) == ("007", 0.25, ["临街"])


@pytest.mark.slow
def test_rows_are_numbered_as_the_spreadsheet_shows_them(office: Office) -> None:
    found = send(
        office.wang,
        "venues",
        as_excel_does([("名称", "类型"), ("甲", "其他"), ("乙", "")]),
        dry=True,
    )

    assert fault_places(found) == [(5, "kind")]


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_a_csv_is_read_however_it_was_saved(office: Office, encoding: str, mark: str) -> None:
    text = "\r\n".join(mark.join(row) for row in (("名称", "类型"), ("镕基路口", "沿街单位")))

    done = send(office.wang, "venues", text.encode(encoding))

    assert done.json["made"] == 1
    assert office.listed("venues")[0]["name"] == "镕基路口"


@pytest.mark.slow
@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff" * 99, b"PK\x03\x04", b"\xd0\xcf\x11\xe0 old", "姓名\n甲".encode()]
)
def test_other_files_are_refused_with_a_remedy(office: Office, noun: str, content: bytes) -> None:
    answer = send(office.wang, noun, content)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/file"


@pytest.mark.parametrize("noun", NOUNS)
def test_without_a_file_it_reports_that(office: Office, noun: str) -> None:
    for path in ("import", "import/problems.xlsx"):
        answer = office.wang.client.post(
            f"/api/v1/{noun}/{path}", data={"x": "1"}, content_type="multipart/form-data"
        )
        assert answer.json["errors"][0]["pointer"] == "/file"


def test_a_name_in_the_form_of_a_formula_stays_a_text(office: Office) -> None:
    name = '=HYPERLINK("http://x")'
    make_venue(office.world, name=name)

    rows = rows_of(office.wang.client.get("/api/v1/venues/export.xlsx").data)

    assert name in rows[1]
    done = send(office.wang, "venues", csv(("名称", "类型"), ("=1+1", "其他")))
    assert done.json["made"] == 1
    assert office.listed("venues")[-1]["name"] == "=1+1"


CELLS = st.one_of(
    st.none(),
    st.integers(-5, 10**16),
    st.floats(-200, 200, allow_nan=False).map(lambda one: round(one, 3)),
    st.sampled_from(["甲", "乙", "-", "清空", "银行网点", "公交车", "交通运输", "3 路", "u_1"]),
    st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=6),
    st.sampled_from([date(2026, 1, 2), datetime(2026, 1, 2, 3), time(6, 10)]),  # noqa: DTZ001 - as spreadsheets have it
)  # fmt: skip


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("noun", NOUNS)
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_cell_is_reported_or_imported_once(
    office: Office, noun: str, data: st.DataObject
) -> None:
    if not office.listed("lines"):
        make_venue(office.world, name="甲", code="YH")
        office.wang.client.post("/api/v1/lines", json={"name": "3 路"})
    table = TABLES[noun]
    fields = [one for one in table.accepted if one.needed or data.draw(st.integers(0, 2)) == 0]
    cells = st.tuples(*[_cells(one) for one in fields])
    rows = data.draw(st.lists(cells, min_size=1, max_size=4))
    content = _sheet([one.title.zh for one in fields], rows)

    found = send(office.wang, noun, content, dry=True)
    if found.status_code == 422:
        assert found.json["errors"][0]["pointer"] == "/file"
        return
    done = send(office.wang, noun, content, headers={"If-Match": found.headers["ETag"]})

    assert found.status_code == 200
    assert done.status_code == (422 if found.json["fault_count"] else 200), done.json
    if done.status_code == 200:
        again = send(office.wang, noun, content)
        assert (again.status_code, again.json.get("made"), again.json.get("changed")) == (200, 0, 0)
    marked = office.wang.client.post(
        f"/api/v1/{noun}/import/problems.xlsx", data={"file": (io.BytesIO(content), "x.xlsx")}
    )
    assert marked.status_code == 200


def _cells(field: Field) -> st.SearchStrategy[Any]:
    """Mostly valid values, so that whole tables are right now and then."""
    usual = {
        "name": ["甲", "乙", "丙"], "vehicle": ["苏C·1", "苏C·2"], "code": ["A", "B"],
        "serial": ["SN1", "SN2", "SN1、SN2"], "kind": ["公交车", "银行网点"],
        "unit_id": ["城关街道", "交通运输"], "venue_id": ["甲", "YH"], "line_id": ["3 路"],
    }.get(field.name, [field.example.zh])  # fmt: skip
    return st.integers(0, 9).flatmap(
        lambda one: CELLS if one == 0 else st.none() if one < 3 else st.sampled_from(usual)
    )


def _sheet(head: list[str], rows: list[tuple[Any, ...]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        dates = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate((tuple(head), *rows)):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, place, cell)
                elif isinstance(cell, (date, time)):
                    sheet.write_datetime(number, place, cell, dates)
                elif cell is not None:
                    sheet.write_number(number, place, cell)
    return out.getvalue()


def test_numbers_and_texts_of_one_code_are_the_same(office: Office) -> None:
    head = ("编号", "名称", "类型")
    send(office.wang, "venues", xlsx(head, [(7, "甲", "其他")]))

    again = send(office.wang, "venues", xlsx(head, [("７", "甲", "其他")])).json

    assert (again["made"], again["unchanged"]) == (0, 1)


UNREADABLE: list[tuple[str, dict[str, str], str]] = [
    ("venues", {"名称": "行", "类型": "网吧"}, "kind"),
    ("venues", {"名称": "行", "类型": "银行", "纬度": "34.26°N", "经度": "117.18"}, "lat"),
    ("venues", {"名称": "行" * 130, "类型": "银行"}, "name"),
    ("vehicles", {"车号": "苏" * 70}, "vehicle"),
    ("lines", {"线路": "路" * 130}, "name"),
    ("screens", {"序列号": "S" * 130, "点位": "YH"}, "serial"),
    ("screens", {"序列号": "SN1", "点位": "行" * 130}, "venue_id"),
]


@pytest.mark.parametrize(("noun", "row", "column"), UNREADABLE)
def test_an_unreadable_value_is_not_reported_as_missing_too(
    office: Office, noun: str, row: dict[str, str], column: str
) -> None:
    make_venue(office.world, name="甲", code="YH")

    found = send(office.wang, noun, csv(tuple(row), tuple(row.values())), dry=True)

    assert fault_places(found) == [(2, column)]
    assert (found.json["made"], found.json["changed"]) == (0, 0)
