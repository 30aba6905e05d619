"""Boxes that enrolled before their roster was imported, and serials that a table puts right."""

from typing import Any

import pytest

from tests.server.inventory.imports.conftest import Office
from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.people import sign_in
from tests.support.factories.tables import csv, send

UNTIL = "2026-12-01T00:00:00+08:00"


@pytest.fixture
def came(office: Office) -> str:
    """The screen of a box whose serial was in no roster."""
    admin = sign_in(office.world, "admin")
    body: dict[str, Any] = {"unit_id": "u_1", "venue_kind": "bus", "uses": 9, "expires_at": UNTIL}
    key = admin.client.post("/api/v1/enrolment-keys", json=body).get_json()["key"]
    body = {"grant_type": "enrolment_key", "enrolment_key": key, "serial": "SN-9"}
    issued = office.world.visitor().post("/api/v1/player/token", json=body).get_json()
    return str(issued["screen_id"])


def where(office: Office) -> list[tuple[str, str]]:
    """Each venue, and the screens there."""
    screens = office.listed("screens")
    return [
        (venue["name"], "、".join(one["id"] for one in screens if one["venue_id"] == venue["id"]))
        for venue in office.listed("venues")
    ]


@pytest.mark.slow
def test_a_table_of_vehicles_places_it_and_leaves_no_empty_venue(office: Office, came: str) -> None:
    send(office.wang, "vehicles", csv(("车号", "屏序列号"), ("苏C·1", "SN-9")))

    assert where(office) == [("苏C·1", came)]


@pytest.mark.slow
def test_a_table_of_screens_does_so_too(office: Office, came: str) -> None:
    make_venue(office.world, code="A", name="行")

    send(office.wang, "screens", csv(("序列号", "点位"), ("SN-9", "A")))

    assert where(office) == [("行", came)]


def test_a_venue_that_somebody_made_stays_when_its_screen_leaves(office: Office) -> None:
    old = make_venue(office.world, code="A", name="旧址")
    make_venue(office.world, code="B", name="新址")
    screen = make_screen(office.world, venue=old, serial="SN1")

    send(office.wang, "screens", csv(("序列号", "点位"), ("SN1", "B")))

    assert where(office) == [("旧址", ""), ("新址", screen.public_id)]


@pytest.mark.slow
def test_a_serial_that_a_table_puts_right_is_right_in_the_history_of_boxes(
    office: Office, came: str
) -> None:
    send(office.wang, "screens", csv(("系统编号", "序列号", "点位"), (came, "SN-8", "SN-9")))

    (box,) = office.wang.client.get(f"/api/v1/screens/{came}/boxes").get_json()["items"]
    assert box["serial"] == "SN-8"
