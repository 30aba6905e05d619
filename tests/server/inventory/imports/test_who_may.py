"""What a single request allows holds for each row: roles, foreign units, contacts of venues."""

from typing import Any

import pytest

from server.accounts.roles import Role
from tests.server.inventory.imports.conftest import Office
from tests.support.app.inventory import make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.factories.tables import csv, fault_places, send

VENUES = ("编号", "名称", "类型", "责任单位", "联系电话", "地址")
STATUS: dict[Role, tuple[int, int]] = {
    "admin": (200, 200),
    "publicity": (200, 200),
    "transport": (422, 200),
    "venue": (422, 403),
    "reviewer": (403, 403),
    "viewer": (403, 403),
    "auditor": (403, 403),
}


@pytest.mark.slow
@pytest.mark.parametrize("role", sorted(STATUS))
def test_roles_import_what_they_may_write(office: Office, role: Role) -> None:
    person = sign_in(office.world, role)
    make_venue(office.world, kind="bus", code="BUS", name="公交")

    bank = send(person, "venues", csv(VENUES[:3], ("A", "行", "银行网点")))
    screen = send(person, "screens", csv(("序列号", "点位"), ("SN1", "BUS")))

    assert (bank.status_code, screen.status_code) == STATUS[role]


@pytest.mark.parametrize("noun", ["venues", "lines", "vehicles", "screens"])
@pytest.mark.parametrize("path", ["import/template.xlsx", "export.xlsx"])
def test_a_reader_gets_no_tables_to_fill_in(office: Office, noun: str, path: str) -> None:
    for role, status in (("viewer", 403), ("publicity", 200)):
        person = sign_in(office.world, role)  # type: ignore[arg-type] # two of the roles
        assert person.client.get(f"/api/v1/{noun}/{path}").status_code == status


def test_transport_people_write_vehicles_and_stops_only(office: Office) -> None:
    bank = make_venue(office.world, unit=office.transport, code="B", name="行", kind="bank")

    found = send(
        office.zhao,
        "venues",
        csv(
            VENUES,
            ("C", "车", "公交车", "", "", ""),
            ("S", "站", "公交站台", "", "", ""),
            ("N", "新行", "银行网点", "", "", ""),
            ("B", "行", "", "", "1", ""),
            ("C2", "变行", "银行网点", "", "", ""),
        ),
        dry=True,
    )

    assert fault_places(found) == [(4, "unit_id"), (5, "contact_phone"), (6, "unit_id")]
    assert found.json["made"] == 2
    assert bank


def test_a_vehicle_is_not_made_a_bank_by_who_may_write_vehicles_only(office: Office) -> None:
    make_venue(office.world, unit=office.transport, code="C", name="车", kind="bus")

    found = send(office.zhao, "venues", csv(VENUES[:3], ("C", "车", "银行网点")), dry=True)

    assert fault_places(found) == [(2, "kind")]


def test_a_row_without_a_change_needs_no_right(office: Office) -> None:
    make_venue(office.world, unit=office.transport, code="B", name="行", kind="bank")

    found = send(office.zhao, "venues", csv(VENUES[:3], ("B", "行", "银行")), dry=True).json

    assert (found["unchanged"], found["fault_count"]) == (1, 0)


def test_people_of_a_venue_change_how_it_is_reached_and_nothing_else(office: Office) -> None:
    contact = sign_in(office.world, "venue")
    make_venue(office.world, code="A", name="行", contacts=(contact.user_id,))
    make_venue(office.world, code="B", name="别的行")

    phone = send(contact, "venues", csv(VENUES, ("A", "行", "", "", "1", "")))
    more = send(contact, "venues", csv(VENUES, ("A", "行", "", "", "2", "街")), dry=True)
    other = send(contact, "venues", csv(VENUES, ("B", "别的行", "", "", "2", "")), dry=True)
    vehicle = send(contact, "vehicles", csv(("车号",), ("苏C·1",)), dry=True)

    assert (phone.status_code, phone.json["changed"]) == (200, 1)
    assert fault_places(more) == [(2, "address")]
    assert fault_places(other) == [(2, "code")]
    assert fault_places(vehicle) == [(2, "unit_id")]


@pytest.fixture
def stranger(office: Office) -> Person:
    return sign_in(office.world, "publicity", make_unit(office.world, "外地"))


FOREIGN: list[tuple[str, tuple[str, ...], tuple[Any, ...], str]] = [
    ("venues", ("名称", "类型", "责任单位"), ("行", "其他", "城关街道"), "unit_id"),
    ("venues", ("名称", "类型", "属地"), ("行", "其他", "东村"), "territory_unit_id"),
    ("venues", ("名称", "类型", "线路"), ("行", "公交车", "3 路"), "line_id"),
    ("venues", ("名称", "系统编号"), ("行", "v_1"), "id"),
    ("lines", ("线路", "责任单位"), ("3 路", "交通运输"), "unit_id"),
    ("lines", ("线路", "编号"), ("3 路", "L3"), "code"),
    ("lines", ("线路", "系统编号"), ("3 路", "n_1"), "id"),
    ("screens", ("序列号", "点位"), ("SN1", "本地"), "venue_id"),
    ("screens", ("序列号", "点位"), ("SN1", "v_1"), "venue_id"),
]


@pytest.mark.parametrize(("noun", "head", "row", "column"), FOREIGN)
def test_objects_of_others_are_answered_as_missing(
    office: Office, stranger: Person, noun: str, head: Any, row: Any, column: str
) -> None:
    make_venue(office.world, unit=office.street, name="本地", code="V1")
    line = {"name": "3 路", "code": "L3", "unit_id": f"u_{office.transport}"}
    office.wang.client.post("/api/v1/lines", json=line)

    found = send(stranger, noun, csv(head, row), dry=True)

    assert fault_places(found) == [(2, column)]


def test_the_unit_for_all_rows_is_one_that_the_person_sees(
    office: Office, stranger: Person
) -> None:
    table = csv(("名称", "类型"), ("行", "其他"))

    mine = send(office.wang, "venues", table, unit_id=f"u_{office.village}")
    foreign = send(stranger, "venues", table, unit_id=f"u_{office.village}")

    assert mine.status_code == 200
    assert office.listed("venues")[0]["unit_id"] == f"u_{office.village}"
    assert foreign.status_code == 404


@pytest.mark.slow
def test_an_export_has_only_what_one_may_change(office: Office, stranger: Person) -> None:
    from tests.support.factories.tables import rows_of

    make_venue(office.world, unit=office.transport, name="行", kind="bank")
    make_venue(office.world, unit=office.transport, name="车", kind="bus")

    def names(person: Person) -> list[str]:
        head, *rows = rows_of(person.client.get("/api/v1/venues/export.xlsx").data)
        place = [str(one).rstrip("*") for one in head].index("名称")
        return [row[place] for row in rows]

    assert names(office.wang) == ["行", "车"]
    assert names(office.zhao) == ["车"]
    assert names(stranger) == []
