"""Units form a tree that its administrators keep, each below his own unit."""

from typing import Any

import pytest

from server.accounts.events import UnitMoved
from server.accounts.models import Unit
from tests.support.app.inventory import make_unit, make_venue, root_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World


def paths(world: World) -> dict[str, str]:
    with world.core.config.read() as session:
        return {unit.name: unit.path for unit in session.query(Unit)}


@pytest.fixture
def admin(world: World) -> Person:
    return sign_in(world, "admin")


def create(person: Person, **fields: Any) -> Any:
    return person.client.post("/api/v1/units", json={"name": "城关街道", **fields})


def test_a_new_unit_hangs_under_its_parent(world: World, admin: Person) -> None:
    street = create(admin, parent_id="u_1", code="320305001", leader="王主任")
    village = create(admin, name="东村", parent_id=street.get_json()["id"])

    assert street.status_code == village.status_code == 201
    assert street.get_json() == {
        "id": "u_2", "name": "城关街道", "parent_id": "u_1", "code": "320305001",
        "leader": "王主任", "contact": "",
    }  # fmt: skip
    assert paths(world)["东村"] == "/1/2/3/"


def test_a_unit_without_a_parent_is_put_under_ones_own(world: World) -> None:
    street = make_unit(world, "城关街道")
    li = sign_in(world, "admin", street)

    assert create(li, name="东村").get_json()["parent_id"] == f"u_{street}"


def test_moving_a_unit_moves_everything_below(world: World, admin: Person) -> None:
    old, new = make_unit(world, "旧"), make_unit(world, "新")
    village = make_unit(world, "东村", old)
    make_unit(world, "一组", village)
    moved: list[UnitMoved] = []
    world.core.events.listen(UnitMoved, moved.append)

    answer = admin.client.patch(f"/api/v1/units/u_{village}", json={"parent_id": f"u_{new}"})

    assert answer.status_code == 200
    assert paths(world)["东村"] == f"/1/{new}/{village}/"
    assert paths(world)["一组"] == f"/1/{new}/{village}/{village + 1}/"
    assert moved == [UnitMoved(village)]


def test_a_unit_cannot_move_below_itself(world: World, admin: Person) -> None:
    street = make_unit(world, "城关街道")
    village = make_unit(world, "东村", street)

    answer = admin.client.patch(f"/api/v1/units/u_{street}", json={"parent_id": f"u_{village}"})

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "/parent_id"


def test_the_root_stays_where_it_is(world: World, admin: Person) -> None:
    street = make_unit(world, "城关街道")

    answer = admin.client.patch("/api/v1/units/u_1", json={"parent_id": f"u_{street}"})

    assert answer.status_code == 409


def test_a_tree_too_deep_for_its_paths_is_refused(world: World, admin: Person) -> None:
    unit = root_unit(world)
    for level in range(11):
        unit = make_unit(world, f"第{level}级", unit)

    assert create(admin, name="太深", parent_id=f"u_{unit}").status_code == 422


def test_a_code_belongs_to_one_unit(world: World, admin: Person) -> None:
    create(admin, code="A1")

    again = create(admin, name="另一个", code="A1")

    assert (again.status_code, again.get_json()["code"]) == (409, "code_taken")


@pytest.mark.parametrize("what", ["unit", "person", "venue"])
def test_a_unit_in_use_is_not_deleted(world: World, admin: Person, what: str) -> None:
    street = make_unit(world, "城关街道")
    if what == "unit":
        make_unit(world, "东村", street)
    elif what == "person":
        sign_in(world, "viewer", street)
    else:
        make_venue(world, unit=street)

    answer = admin.client.delete(f"/api/v1/units/u_{street}")

    assert (answer.status_code, answer.get_json()["code"]) == (409, "in_use")
    assert "城关街道" in paths(world)


def test_a_unit_that_nothing_belongs_to_is_deleted_and_its_id_never_comes_back(
    world: World, admin: Person
) -> None:
    street = create(admin).get_json()["id"]

    assert admin.client.delete(f"/api/v1/units/{street}").status_code == 204
    assert admin.client.get(f"/api/v1/units/{street}").status_code == 404
    assert create(admin).get_json()["id"] != street


def test_an_update_from_an_old_reading_is_refused(world: World, admin: Person) -> None:
    tag = admin.client.get("/api/v1/units/u_1").headers["ETag"]
    admin.client.patch("/api/v1/units/u_1", json={"contact": "张"})

    late = admin.client.patch(
        "/api/v1/units/u_1", json={"contact": "李"}, headers={"If-Match": tag}
    )

    assert (late.status_code, late.get_json()["code"]) == (412, "changed")


def test_an_administrator_of_one_street_sees_and_changes_nothing_of_another(world: World) -> None:
    here, elsewhere = make_unit(world, "城关街道"), make_unit(world, "开发区")
    stranger = sign_in(world, "admin", elsewhere)
    client = stranger.client

    for path in (f"u_{here}", "u_1"):
        foreign = client.get(f"/api/v1/units/{path}")
        missing = client.get("/api/v1/units/u_999")
        assert foreign.status_code == missing.status_code == 404
        assert foreign.data == missing.data
    assert client.patch(f"/api/v1/units/u_{here}", json={"name": "x"}).status_code == 404
    assert client.delete(f"/api/v1/units/u_{here}").status_code == 404
    assert create(stranger, parent_id=f"u_{here}").status_code == 404
    listed = client.get("/api/v1/units").get_json()["items"]
    assert [unit["id"] for unit in listed] == [f"u_{elsewhere}"]


def test_who_administers_one_street_cannot_pull_his_own_unit_out_of_the_district(
    world: World,
) -> None:
    here, below = make_unit(world, "城关街道"), 0
    below = make_unit(world, "东村", here)
    li = sign_in(world, "admin", here)

    answer = li.client.patch(f"/api/v1/units/u_{here}", json={"parent_id": f"u_{below}"})

    assert answer.status_code == 422
    assert paths(world)["城关街道"] == f"/1/{here}/"


@pytest.mark.parametrize("role", ["publicity", "reviewer", "transport", "viewer"])
def test_only_administrators_change_units(world: World, role: Any) -> None:
    person = sign_in(world, role)

    assert create(person).status_code == 403
    assert person.client.get("/api/v1/units/u_1").status_code == 200


def test_an_auditor_does_not_read_units(world: World) -> None:
    assert sign_in(world, "auditor").client.get("/api/v1/units").status_code == 403


def test_a_list_comes_in_pages(world: World, admin: Person) -> None:
    for number in range(4):
        make_unit(world, f"单位{number}")

    first = admin.client.get("/api/v1/units?limit=3").get_json()
    second = admin.client.get(f"/api/v1/units?limit=3&cursor={first['next']}").get_json()

    assert [unit["id"] for unit in first["items"] + second["items"]] == [
        "u_5", "u_4", "u_3", "u_2", "u_1",
    ]  # fmt: skip
    assert second["next"] is None
