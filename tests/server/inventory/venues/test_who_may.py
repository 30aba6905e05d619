"""Who may do what at a venue: by role, by unit, by being its contact."""

from typing import Any

import pytest

from tests.support.app.inventory import make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World


def change(person: Person, venue: int, **fields: Any) -> Any:
    return person.client.patch(f"/api/v1/venues/v_{venue}", json=fields)


def create(person: Person, **fields: Any) -> Any:
    return person.client.post("/api/v1/venues", json={"name": "点位", "kind": "bank", **fields})


@pytest.mark.slow
def test_a_stranger_gets_the_same_answer_for_a_foreign_venue_as_for_a_missing_one(
    world: World,
) -> None:
    venue = make_venue(world, unit=make_unit(world, "城关街道"))
    elsewhere = make_unit(world, "开发区")

    for role in ("admin", "publicity", "reviewer", "transport", "viewer"):
        stranger = sign_in(world, role, elsewhere).client
        for method in ("get", "patch", "delete"):
            send = getattr(stranger, method)
            body = {} if method == "get" else {"json": {"name": "x"}}
            foreign, missing = (
                send(f"/api/v1/venues/v_{venue}", **body),
                send("/api/v1/venues/v_999", **body),
            )
            assert foreign.status_code == missing.status_code
            assert foreign.data == missing.data
            assert foreign.status_code in ({403, 404} if method != "get" else {404})
        assert stranger.get("/api/v1/venues").get_json()["items"] == []


@pytest.mark.slow
def test_a_venue_is_not_made_in_or_moved_to_a_foreign_unit(world: World) -> None:
    here, elsewhere = make_unit(world, "城关街道"), make_unit(world, "开发区")
    wang = sign_in(world, "publicity", here)
    venue = make_venue(world, unit=here)

    assert create(wang, unit_id=f"u_{elsewhere}").status_code == 404
    assert change(wang, venue, unit_id=f"u_{elsewhere}").status_code == 404
    assert change(wang, venue, territory_unit_id=f"u_{elsewhere}").status_code == 404
    assert create(wang).get_json()["unit_id"] == f"u_{here}"


def test_foreign_people_and_lines_cannot_be_connected(world: World) -> None:
    here, elsewhere = make_unit(world, "城关街道"), make_unit(world, "开发区")
    wang, stranger = sign_in(world, "publicity", here), sign_in(world, "transport", elsewhere)
    line = stranger.client.post("/api/v1/lines", json={"name": "1 路"}).get_json()["id"]

    assert create(wang, contact_user_ids=[stranger.public_id]).status_code == 404
    assert create(wang, line_id=line).status_code == 404


@pytest.mark.parametrize("role", ["reviewer", "viewer"])
def test_readers_only_read(world: World, role: Any) -> None:
    person, venue = sign_in(world, role), make_venue(world)

    assert person.client.get(f"/api/v1/venues/v_{venue}").status_code == 200
    assert change(person, venue, name="x").status_code == 403
    assert create(person).status_code == 403


def test_transport_people_write_vehicles_and_stops_and_read_the_rest(world: World) -> None:
    transport = sign_in(world, "transport")
    bank = make_venue(world, kind="bank")

    for kind in ("bus", "taxi", "coach_station", "bus_stop"):
        assert create(transport, kind=kind).status_code == 201
    assert create(transport, kind="bank").status_code == 403
    assert transport.client.get(f"/api/v1/venues/v_{bank}").status_code == 200
    assert change(transport, bank, name="x").status_code == 403


def test_transport_people_do_not_turn_a_bus_into_a_bank(world: World) -> None:
    transport, bus = sign_in(world, "transport"), make_venue(world, kind="bus")

    assert change(transport, bus, kind="bank").status_code == 403
    assert transport.client.get(f"/api/v1/venues/v_{bus}").get_json()["kind"] == "bus"


def test_people_of_a_venue_see_their_own_venues_only(world: World) -> None:
    manager = sign_in(world, "venue")
    own, other = make_venue(world, contacts=(manager.user_id,)), make_venue(world)

    assert manager.client.get(f"/api/v1/venues/v_{own}").status_code == 200
    assert manager.client.get(f"/api/v1/venues/v_{other}").status_code == 404
    listed = manager.client.get("/api/v1/venues").get_json()["items"]
    assert [venue["id"] for venue in listed] == [f"v_{own}"]


def test_people_of_a_venue_change_its_contact_data_and_nothing_else(world: World) -> None:
    manager = sign_in(world, "venue")
    own = make_venue(world, contacts=(manager.user_id,))

    assert change(manager, own, contact={"phone": "1"}).status_code == 200
    assert change(manager, own, contact={"phone": "1"}, name="x").status_code == 403
    assert change(manager, own, takeover_policy="never").status_code == 403
    assert manager.client.delete(f"/api/v1/venues/v_{own}").status_code == 403
    assert create(manager, contact_user_ids=[manager.public_id]).status_code == 403


def test_an_auditor_does_not_see_venues(world: World) -> None:
    auditor, venue = sign_in(world, "auditor"), make_venue(world)

    assert auditor.client.get(f"/api/v1/venues/v_{venue}").status_code == 403


def test_a_visitor_is_asked_to_sign_in(world: World) -> None:
    answer = world.visitor().get("/api/v1/venues")

    assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthorized")
