"""The present data in the template's form: importing it again changes nothing."""

import io
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.foundation.db.session import Database
from server.inventory.venues.models import Venue
from tests.server.inventory.imports.conftest import Office
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.factories.tables import csv, fault_places, rows_of, send, xlsx

NOUNS = ("venues", "lines", "vehicles", "screens")
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12
)
POINTS = st.one_of(
    st.none(), st.tuples(st.floats(18, 53), st.floats(74, 134)).map(lambda at: [*map(_short, at)])
)


def _short(degrees: float) -> float:
    return round(degrees, 7)


def export(office: Office, noun: str, language: str = "zh_CN") -> bytes:
    answer = office.wang.client.get(f"/api/v1/{noun}/export.xlsx?lang={language}")
    assert answer.status_code == 200
    return bytes(answer.data)


@pytest.fixture
def full(office: Office) -> Office:
    line = office.wang.client.post(
        "/api/v1/lines",
        json={
            "name": "3 路", "code": "L3", "unit_id": f"u_{office.transport}", "depot": "城东",
            "first_service": "06:10", "last_service": "24:00", "vehicles": ["甲", "乙"],
        },
    ).json["id"]  # fmt: skip
    make_unit(office.world, "东村", make_unit(office.world, "开发区"))
    bus = make_venue(
        office.world, unit=office.transport, kind="bus", name="公交", vehicle="苏C·1",
        line_id=int(line.removeprefix("n_")), depot="城东", tags=["a", "b"], own_share=0.125,
    )  # fmt: skip
    make_screen(office.world, venue=bus, serial="SN 1", tags=["前"])
    make_screen(office.world, venue=bus, serial="SN2", name="后", rendition_class="led-384x64")
    for number in (1, 2):
        venue = make_venue(
            office.world, unit=office.village, kind="bank", name="同名", lat=34.2612345, lon=117.2,
            territory_unit_id=office.village, code=f"00{number}", access="manual",
            hours={"1": [["08:00", "11:30"], ["14:00", "24:00"]], "7": [["20:00", "02:00"]]},
            viewing_distance_m=4.5, contact_name="王", contact_phone="0516-8000", address="路 1 号",
            takeover_policy="never",
        )  # fmt: skip
        make_screen(office.world, venue=venue, name="屏")
    make_venue(
        office.world, name="  空格  和\n换行 ", hours={}, address="'引号", contact_name="-",
        tags=["含、顿号"],
    )  # fmt: skip
    return office


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("noun", NOUNS)
def test_an_export_is_imported_without_a_change(full: Office, noun: str, language: str) -> None:
    before = [full.listed(one) for one in ("venues", "lines", "screens")]

    done = send(full.wang, noun, export(full, noun, language))

    assert done.status_code == 200, done.json
    counts = {name: done.json[name] for name in ("made", "changed", "fault_count", "note_count")}
    assert counts == {"made": 0, "changed": 0, "fault_count": 0, "note_count": 0}
    assert done.json["unchanged"] == {"venues": 4, "lines": 1, "vehicles": 1, "screens": 4}[noun]
    assert [full.listed(one) for one in ("venues", "lines", "screens")] == before


@pytest.mark.slow
def test_one_cell_edited_in_the_export_is_the_one_change(full: Office) -> None:
    book = openpyxl.load_workbook(io.BytesIO(export(full, "venues")))
    sheet = book.worksheets[0]
    titles = [str(cell.value).rstrip("*") for cell in sheet[1]]
    sheet.cell(3, titles.index("名称") + 1).value = "改过的名字"
    out = io.BytesIO()
    book.save(out)

    done = send(full.wang, "venues", out.getvalue()).json

    assert (done["made"], done["changed"]) == (0, 1)
    assert [one["name"] for one in full.listed("venues")][1] == "改过的名字"


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("noun", NOUNS)
def test_a_template_has_no_rows_and_explains_how_it_is_filled_in(
    full: Office, noun: str, language: str
) -> None:
    answer = full.wang.client.get(f"/api/v1/{noun}/import/template.xlsx?lang={language}")

    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.worksheets[0].max_row == 1
    assert len(book.worksheets) == 3
    texts = [str(cell.value) for row in book.worksheets[2] for cell in row if cell.value]
    heads = [str(cell.value).rstrip("*") for cell in book.worksheets[0][1]]
    assert set(heads) <= set(texts)
    assert send(full.wang, noun, answer.data, dry=True).status_code == 422


def test_codes_and_phones_are_text_in_the_template_and_lists_drop_down(full: Office) -> None:
    answer = full.wang.client.get("/api/v1/venues/import/template.xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    titles = [str(cell.value).rstrip("*") for cell in sheet[1]]
    forms = {
        title: sheet.column_dimensions[openpyxl.utils.get_column_letter(place)].number_format
        for place, title in enumerate(titles, 1)
    }
    assert {forms[title] for title in ("编号", "联系电话", "车号")} == {"@"}
    ranges = [str(one.sqref) for one in sheet.data_validations.dataValidation]
    assert len(ranges) == 7


@pytest.mark.slow
def test_the_problems_are_beside_the_rows_and_the_corrected_file_is_good(office: Office) -> None:
    bad = xlsx(("编号", "名称", "类型"), [("007", "甲", "城堡"), ("B", "乙", "其他")])
    form = {"file": (io.BytesIO(bad), "x.xlsx")}

    answer = office.wang.client.post("/api/v1/venues/import/problems.xlsx", data=form)

    head, wrong, right = rows_of(answer.data)
    assert head == ("问题", "编号", "名称", "类型")
    assert (wrong[1], right[0]) == ("007", None)
    assert "没有“城堡”" in wrong[0]
    assert fault_places(send(office.wang, "venues", answer.data, dry=True)) == [(2, "kind")]
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    book.worksheets[0]["D2"] = "其他"
    out = io.BytesIO()
    book.save(out)
    done = send(office.wang, "venues", out.getvalue())
    assert (done.json["made"], done.json["unknown"]) == (2, [])
    assert office.listed("venues")[0]["code"] == "007"


@pytest.mark.long
@pytest.mark.slow
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "name": TEXTS, "address": TEXTS, "contact_name": TEXTS, "depot": TEXTS,
                "own_share": st.integers(0, 1000).map(lambda n: n / 1000), "point": POINTS,
                "tags": st.lists(TEXTS, max_size=3),
            }
        ),
        min_size=1, max_size=4,
    )
)  # fmt: skip
def test_whatever_people_have_written_survives(
    office: Office, venues: list[dict[str, Any]]
) -> None:
    for one in venues:
        lat, lon = one.pop("point") or (None, None)
        make_venue(office.world, lat=lat, lon=lon, **one)

    done = send(office.wang, "venues", export(office, "venues"))

    assert done.status_code == 200, done.json
    assert (done.json["made"], done.json["changed"]) == (0, 0), done.json["items"]
    _forget(office.world.core.config)


def _forget(database: Database) -> None:
    with database.write() as session:
        for venue in session.query(Venue):
            session.delete(venue)


RENAMED: list[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...], str]] = [
    ("lines", ("系统编号", "线路"), ("n_1", "丙"), ("", "丙"), "name"),
    ("venues", ("系统编号", "名称", "类型"), ("v_1", "丙", "银行"), ("", "丙", "银行"), "name"),
    ("vehicles", ("系统编号", "车号"), ("v_2", "苏C·9"), ("", "苏Ｃ·9 "), "vehicle"),
    (
        "screens", ("系统编号", "序列号", "点位", "名称"), ("s_1", "", "行", "左"),
        ("", "", "行", "左"), "name",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("noun", "head", "first", "second", "column"), RENAMED)
def test_two_rows_that_end_with_one_name_are_reported(
    office: Office, noun: str, head: Any, first: Any, second: Any, column: str
) -> None:
    office.wang.client.post("/api/v1/lines", json={"name": "甲"})
    venue = make_venue(office.world, name="行", kind="bank")
    make_venue(office.world, name="车", kind="bus", vehicle="苏C·1")
    make_screen(office.world, venue=venue, name="右")

    found = send(office.wang, noun, csv(head, first, second), dry=True)

    assert fault_places(found) == [(3, column)]
    assert "第 2 行" in found.json["faults"][0]["detail"]
    assert send(office.wang, noun, csv(head, first)).status_code == 200
