"""Vehicles with their screens by one table: what the transport unit has for its buses."""

from typing import Any

import pytest

from tests.server.inventory.imports.conftest import Office
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.factories.tables import csv, fault_places, rows_of, send, xlsx

HEAD = ("线路", "车牌/自编号", "车场", "屏序列号")
FIRST = ("3 路", "苏C·3012", "城东车场", "SN0001")
SECOND = ("3 路", "苏C·3015", "城东车场", "SN0002")


@pytest.fixture
def line(office: Office) -> str:
    answer = office.zhao.client.post(
        "/api/v1/lines", json={"name": "3 路", "unit_id": f"u_{office.transport}"}
    )
    return str(answer.json["id"])


@pytest.mark.slow
def test_a_row_makes_a_bus_on_its_line_and_the_screen_with_its_serial(
    office: Office, line: str
) -> None:
    done = send(office.zhao, "vehicles", csv(HEAD, FIRST, SECOND))

    assert (done.status_code, done.json["made"]) == (200, 2), done.json
    assert done.json["also"] == {"screens": 2, "lines": 0}
    bus, other = office.listed("venues")
    assert (bus["kind"], bus["name"], bus["vehicle"]) == ("bus", "苏C·3012", "苏C·3012")
    assert (bus["line_id"], bus["depot"]) == (line, "城东车场")
    assert bus["unit_id"] == f"u_{office.transport}"
    screens = office.listed("screens")
    assert [(one["venue_id"], one["serial"], one["name"], one["state"]) for one in screens] == [
        (bus["id"], "SN0001", "车载屏", "never_seen"),
        (other["id"], "SN0002", "车载屏", "never_seen"),
    ]


def test_the_same_table_again_changes_nothing(office: Office, line: str) -> None:
    table = csv(HEAD, FIRST, SECOND)
    send(office.zhao, "vehicles", table)
    before = office.listed("venues"), office.listed("screens")

    again = send(office.zhao, "vehicles", table).json

    assert (again["made"], again["changed"], again["unchanged"]) == (0, 0, 2)
    assert again["also"] == {"screens": 0, "lines": 0}
    assert (office.listed("venues"), office.listed("screens")) == before


@pytest.mark.slow
def test_a_box_that_enrols_lands_on_its_imported_screen(office: Office, line: str) -> None:
    send(office.zhao, "vehicles", csv(HEAD, FIRST, SECOND))
    admin_key = {"unit_id": f"u_{office.transport}", "venue_kind": "bus", "uses": 9}
    from tests.support.app.people import sign_in

    key = sign_in(office.world, "admin").client.post(
        "/api/v1/enrolment-keys", json={**admin_key, "expires_at": "2027-01-31T00:00:00+08:00"}
    )
    grant = {"grant_type": "enrolment_key", "enrolment_key": key.json["key"], "serial": "SN0002"}

    token = office.world.visitor().post("/api/v1/player/token", json=grant)

    assert token.status_code == 200
    second = office.listed("screens")[1]
    assert token.json["screen_id"] == second["id"]
    assert second["enrolled_at"] is not None
    assert len(office.listed("venues")) == 2


@pytest.mark.slow
def test_lines_that_are_missing_are_made_only_if_that_is_requested(office: Office) -> None:
    table = csv(HEAD, FIRST, SECOND, ("12 路", "苏C·1201", "", ""))

    found = send(office.zhao, "vehicles", table, dry=True)
    requested = send(office.zhao, "vehicles", table, dry=True, new_lines="true")
    done = send(office.zhao, "vehicles", table, new_lines="true")
    again = send(office.zhao, "vehicles", table)

    assert fault_places(found) == [(2, "line_id"), (3, "line_id"), (4, "line_id")]
    assert requested.json["also"] == {"screens": 2, "lines": 2}
    assert office.listed("lines")[0]["unit_id"] == f"u_{office.transport}"
    assert (done.status_code, again.json["unchanged"]) == (200, 3)
    lines = {one["id"]: one["name"] for one in office.listed("lines")}
    unknown = send(office.zhao, "vehicles", csv(HEAD, ("n_99", "苏C·9", "", "")), new_lines="true")
    assert unknown.json["errors"][0]["pointer"] == "/rows/2/line_id"
    assert [lines[one["line_id"]] for one in office.listed("venues")] == ["3 路", "3 路", "12 路"]


def test_two_screens_of_a_bus_are_two_serials_in_a_cell(office: Office) -> None:
    done = send(office.zhao, "vehicles", csv(HEAD[1:], ("苏C·1", "", "SN1、SN2")))

    assert done.json["also"]["screens"] == 2
    assert [(one["serial"], one["name"]) for one in office.listed("screens")] == [
        ("SN1", "车载屏 1"), ("SN2", "车载屏 2"),
    ]  # fmt: skip


def test_a_screen_moves_with_its_serial_and_a_bare_one_gets_it(office: Office) -> None:
    old = make_venue(office.world, unit=office.transport, kind="bus", name="旧", vehicle="旧车")
    new = make_venue(office.world, unit=office.transport, kind="bus", name="新", vehicle="新车")
    bare = make_venue(office.world, unit=office.transport, kind="bus", name="裸", vehicle="裸车")
    moved = make_screen(office.world, venue=old, serial="SN1")
    given = make_screen(office.world, venue=bare)

    done = send(office.zhao, "vehicles", csv(HEAD[1:], ("新车", "", "SN1"), ("裸车", "", "SN9")))

    assert (done.json["changed"], done.json["also"]["screens"]) == (2, 0)
    screens = {one["id"]: one for one in office.listed("screens")}
    assert screens[moved.public_id]["venue_id"] == f"v_{new}"
    assert screens[given.public_id]["serial"] == "SN9"
    assert len(screens) == 2


def test_another_serial_at_a_bus_that_has_one_is_noted(office: Office) -> None:
    send(office.zhao, "vehicles", csv(HEAD[1:], ("苏C·1", "", "SN1")))

    found = send(office.zhao, "vehicles", csv(HEAD[1:], ("苏C·1", "", "SN2")), dry=True).json

    assert [(one["row"], one["column"]) for one in found["notes"]] == [(2, "serial")]
    assert found["items"][0]["changes"][0] == {
        "column": "serial", "title": "屏序列号", "before": "SN1", "after": "SN1、SN2",
    }  # fmt: skip


def test_a_duplicate_is_reported_with_both_rows(office: Office) -> None:
    table = csv(HEAD[1:], ("苏C·1", "", "SN1"), ("苏C·2", "", "SN1"), ("苏Ｃ·1", "", "SN3"))

    found = send(office.zhao, "vehicles", table, dry=True)

    assert fault_places(found) == [(3, "serial"), (4, "vehicle")]
    assert all("第 2 行" in one["detail"] for one in found.json["faults"])


def test_a_serial_of_another_unit_is_not_taken_away(office: Office) -> None:
    foreign = make_venue(office.world, unit=make_unit(office.world, "外地"), kind="bus")
    make_screen(office.world, venue=foreign, serial="SN1")

    found = send(office.zhao, "vehicles", csv(HEAD[1:], ("苏C·1", "", "SN1")), dry=True)

    assert fault_places(found) == [(2, "serial")]


def test_a_vehicle_is_a_bus_or_a_taxi(office: Office) -> None:
    head = ("车号", "类型")

    found = send(office.zhao, "vehicles", csv(head, ("苏C·1", "银行网点")), dry=True)
    done = send(office.zhao, "vehicles", csv(head, ("苏C·1", "出租车")))

    assert fault_places(found) == [(2, "kind")]
    assert done.status_code == 200
    make_venue(office.world, unit=office.transport, kind="bus", code="B1", vehicle="苏C·2")
    changed = csv(("车号", "编号", "类型"), ("苏C·2", "B1", "银行网点"))
    assert fault_places(send(office.wang, "vehicles", changed, dry=True)) == [(2, "kind")]
    assert office.listed("venues")[0]["kind"] == "taxi"


def test_plate_and_number_may_both_be_given(office: Office) -> None:
    done = send(office.zhao, "vehicles", csv(("车牌号", "自编号"), ("苏C·1", "3012")))

    assert done.json["unknown"] == ["自编号"]
    assert office.listed("venues")[0]["vehicle"] == "苏C·1"


def test_serials_and_numbers_that_are_numbers_keep_their_digits(office: Office) -> None:
    rows: list[tuple[Any, ...]] = [(3012.0, 20260001), ("007", "00042")]

    send(office.zhao, "vehicles", xlsx(("车号", "屏序列号"), rows))

    assert [one["vehicle"] for one in office.listed("venues")] == ["3012", "007"]
    assert [one["serial"] for one in office.listed("screens")] == ["20260001", "00042"]


def test_the_template_has_the_transport_units_own_columns(office: Office, line: str) -> None:
    answer = office.zhao.client.get("/api/v1/vehicles/import/template.xlsx")

    head = [str(one).rstrip("*") for one in rows_of(answer.data)[0]]
    assert head[:4] == ["线路", "车号", "车场", "屏序列号"]
