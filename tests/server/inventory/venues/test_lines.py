"""Bus lines belong to the transport unit; a vehicle names its line."""

from typing import Any

import pytest

from tests.support.app.inventory import make_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World


@pytest.fixture
def transport(world: World) -> Person:
    return sign_in(world, "transport", make_unit(world, "交通运输"))


def create(person: Person, **fields: Any) -> Any:
    return person.client.post("/api/v1/lines", json={"name": "1 路", **fields})


def test_all_that_was_written_is_read_again(transport: Person) -> None:
    fields = {
        "depot": "城东车场", "first_service": "06:10", "last_service": "21:30",
        "vehicles": ["苏C·12345"],
    }  # fmt: skip
    made = create(transport, **fields).get_json()

    read = transport.client.get(f"/api/v1/lines/{made['id']}").get_json()

    assert read == made
    assert {name: read[name] for name in fields} == fields


@pytest.mark.parametrize("time", ["6:10", "24:10", "noon"])
def test_a_time_that_is_none_is_explained(transport: Person, time: str) -> None:
    answer = create(transport, first_service=time)

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "/first_service"


def test_a_line_with_vehicles_is_not_deleted(transport: Person) -> None:
    line = create(transport).get_json()["id"]
    bus = {"name": "苏C·12345", "kind": "bus", "line_id": line, "vehicle": "苏C·12345"}
    assert transport.client.post("/api/v1/venues", json=bus).get_json()["line_id"] == line

    assert transport.client.delete(f"/api/v1/lines/{line}").status_code == 409


def test_a_line_is_changed_and_deleted(transport: Person) -> None:
    line = create(transport).get_json()["id"]

    changed = transport.client.patch(f"/api/v1/lines/{line}", json={"last_service": "24:00"})

    assert changed.get_json()["last_service"] == "24:00"
    assert transport.client.delete(f"/api/v1/lines/{line}").status_code == 204


def test_a_stranger_gets_the_same_answer_as_for_a_missing_line(
    world: World, transport: Person
) -> None:
    line = create(transport).get_json()["id"]
    stranger = sign_in(world, "admin", make_unit(world, "开发区")).client

    assert stranger.get(f"/api/v1/lines/{line}").data == stranger.get("/api/v1/lines/n_9").data
    assert stranger.patch(f"/api/v1/lines/{line}", json={"name": "x"}).status_code == 404
    assert stranger.get("/api/v1/lines").get_json()["items"] == []


def test_people_of_a_venue_do_not_write_lines(world: World) -> None:
    assert create(sign_in(world, "venue")).status_code == 403
