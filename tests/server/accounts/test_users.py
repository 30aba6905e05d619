"""Accounts of other people: made, given roles, disabled by administrators of their units."""

from typing import Any

import pytest

from server.accounts.models import AuditEntry
from tests.support.app.inventory import make_unit
from tests.support.app.people import PASSWORD, Person, sign_in
from tests.support.app.world import World

pytestmark = pytest.mark.slow

GOOD = "correct-horse-7"


@pytest.fixture
def admin(world: World) -> Person:
    return sign_in(world, "admin", username="zhang")


def create(person: Person, **fields: Any) -> Any:
    return person.client.post(
        "/api/v1/users", json={"username": "wang", "password": GOOD, **fields}
    )


def change(person: Person, user_id: str, **fields: Any) -> Any:
    return person.client.patch(f"/api/v1/users/{user_id}", json=fields)


def test_a_new_person_can_sign_in_and_his_password_is_not_shown(
    world: World, admin: Person
) -> None:
    answer = create(admin, name="王伟", roles=["publicity"])

    assert answer.status_code == 201
    assert GOOD not in answer.text
    body = {"username": "wang", "password": GOOD}
    assert world.visitor().post("/api/v1/session", json=body).status_code == 200


def test_without_a_password_the_server_chooses_one_and_shows_it_in_that_answer_alone(
    world: World, admin: Person
) -> None:
    answer = admin.client.post("/api/v1/users", json={"username": "wang", "roles": ["reviewer"]})

    assert answer.status_code == 201
    made = answer.get_json()
    body = {"username": "wang", "password": made["password"]}
    assert world.visitor().post("/api/v1/session", json=body).status_code == 200
    read = admin.client.get(f"/api/v1/users/{made['id']}")
    assert "password" not in read.get_json()
    assert read.headers["ETag"] == answer.headers["ETag"]
    with world.core.config.read() as session:
        assert made["password"] not in str([one.detail for one in session.query(AuditEntry)])


def test_a_password_that_was_sent_doesnt_come_back(admin: Person) -> None:
    assert create(admin).get_json()["password"] is None


def test_two_chosen_passwords_differ(admin: Person) -> None:
    first, other = (
        admin.client.post("/api/v1/users", json={"username": name}).get_json()
        for name in ("wang", "li")
    )

    assert first["password"] != other["password"]


def test_a_bare_role_is_for_the_persons_own_unit(world: World, admin: Person) -> None:
    office = make_unit(world, "宣传科")

    answer = create(admin, unit_id=f"u_{office}", roles=["viewer"])

    assert answer.get_json()["roles"] == [{"role": "viewer", "unit_id": f"u_{office}"}]


def test_an_office_beside_the_units_gets_its_role_over_the_district(
    world: World, admin: Person
) -> None:
    office, street = make_unit(world, "宣传科"), make_unit(world, "城关街道")
    roles = [{"role": "publicity", "unit_id": "u_1"}]
    create(admin, unit_id=f"u_{office}", roles=roles)
    wang = world.visitor()
    wang.post("/api/v1/session", json={"username": "wang", "password": GOOD})

    assert wang.get(f"/api/v1/units/u_{street}").status_code == 200


def test_the_same_role_twice_is_held_once(world: World, admin: Person) -> None:
    answer = create(admin, roles=["viewer", {"role": "viewer", "unit_id": "u_1"}])

    assert answer.get_json()["roles"] == [{"role": "viewer", "unit_id": "u_1"}]


@pytest.mark.parametrize(
    "password", ["short-7", "password", "88888888", "11111111", "aaaaaaaaaa", "WANGWANG", "x" * 129]
)
def test_a_password_that_is_easily_guessed_is_refused(
    world: World, admin: Person, password: str
) -> None:
    answer = create(admin, username="wangwang", password=password)

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "/password"


def test_a_user_name_belongs_to_one_person(world: World, admin: Person) -> None:
    answer = create(admin, username="zhang")

    assert (answer.status_code, answer.get_json()["code"]) == (409, "username_taken")


@pytest.mark.parametrize("roles", [["king"], [{"role": "king"}], "viewer", [1]])
def test_a_role_that_does_not_exist_is_refused(world: World, admin: Person, roles: Any) -> None:
    assert create(admin, roles=roles).status_code == 422


def test_nobody_changes_his_own_roles(world: World, admin: Person) -> None:
    answer = change(admin, admin.public_id, roles=["admin", "reviewer"])

    assert (answer.status_code, answer.get_json()["code"]) == (403, "own_roles")
    assert change(admin, admin.public_id, roles=["admin"]).status_code == 200


def test_nobody_disables_or_deletes_himself(world: World, admin: Person) -> None:
    assert change(admin, admin.public_id, disabled=True).status_code == 409
    assert admin.client.delete(f"/api/v1/users/{admin.public_id}").status_code == 409


def test_new_roles_count_from_the_next_request(world: World, admin: Person) -> None:
    li = sign_in(world, "viewer")
    assert li.client.post("/api/v1/units", json={"name": "新"}).status_code == 403

    change(admin, li.public_id, roles=["admin"])
    assert li.client.post("/api/v1/units", json={"name": "新"}).status_code == 201

    change(admin, li.public_id, roles=[])
    assert li.client.get("/api/v1/units").status_code == 403


def test_a_new_password_ends_the_persons_sessions(world: World, admin: Person) -> None:
    li = sign_in(world, "viewer")

    assert change(admin, li.public_id, password="another-horse-8").status_code == 200

    assert li.client.get("/api/v1/me").status_code == 401


def test_a_disabled_person_is_out_at_once(world: World, admin: Person) -> None:
    li = sign_in(world, "viewer")

    change(admin, li.public_id, disabled=True)

    assert li.client.get("/api/v1/me").status_code == 401


def test_a_person_without_records_is_deleted_others_are_disabled(
    world: World, admin: Person
) -> None:
    idle = create(admin).get_json()["id"]
    busy = sign_in(world, "admin")
    busy.client.post("/api/v1/units", json={"name": "新"})

    assert admin.client.delete(f"/api/v1/users/{idle}").status_code == 204
    answer = admin.client.delete(f"/api/v1/users/{busy.public_id}")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "in_use")
    assert "disabled" in answer.get_json()["detail"]


@pytest.fixture
def street(world: World, admin: Person) -> int:
    return make_unit(world, "城关街道")


def test_an_administrator_gives_roles_over_his_own_units_only(world: World, street: int) -> None:
    li = sign_in(world, "admin", street)

    assert create(li, roles=[{"role": "viewer", "unit_id": "u_1"}]).status_code == 404
    assert create(li, unit_id="u_1").status_code == 404
    assert create(li, roles=["viewer"]).status_code == 201


def test_a_person_with_more_authority_is_out_of_a_small_administrators_hands(
    world: World, street: int
) -> None:
    li = sign_in(world, "admin", street)
    boss = sign_in(world, "publicity", street, over=1)

    for fields in ({"password": "another-horse-8"}, {"disabled": True}, {"roles": []}):
        assert change(li, boss.public_id, **fields).status_code == 403
    assert change(li, boss.public_id, username="mine").status_code == 403
    assert change(li, boss.public_id, phone="13900000000").status_code == 200
    assert li.client.delete(f"/api/v1/users/{boss.public_id}").status_code == 403


def test_an_administrator_sees_and_changes_nobody_of_another_street(
    world: World, street: int
) -> None:
    stranger = sign_in(world, "admin", make_unit(world, "开发区"))
    li = sign_in(world, "viewer", street)

    foreign = stranger.client.get(f"/api/v1/users/{li.public_id}")
    missing = stranger.client.get("/api/v1/users/p_999")

    assert foreign.status_code == missing.status_code == 404
    assert foreign.data == missing.data
    assert change(stranger, li.public_id, name="x").status_code == 404
    assert stranger.client.delete(f"/api/v1/users/{li.public_id}").status_code == 404
    listed = stranger.client.get("/api/v1/users").get_json()["items"]
    assert [user["id"] for user in listed] == [stranger.public_id]


@pytest.mark.parametrize("role", ["publicity", "reviewer", "venue", "auditor"])
def test_only_administrators_manage_people(world: World, role: Any) -> None:
    person = sign_in(world, role)

    assert create(person).status_code == 403
    assert person.client.get("/api/v1/users").status_code == 403
    assert person.client.get("/api/v1/users/p_999").status_code == 403


def test_ones_own_password_is_changed_in_the_profile(world: World, admin: Person) -> None:
    answer = change(admin, admin.public_id, password="another-horse-8")

    assert (answer.status_code, answer.get_json()["code"]) == (403, "own_password")
    body = {"username": "zhang", "password": PASSWORD}
    assert world.visitor().post("/api/v1/session", json=body).status_code == 200


def test_the_page_of_people_shows_phones_in_part_and_changes_them(
    world: World, admin: Person
) -> None:
    made = create(admin, phone="13805221234").json["id"]
    page = admin.client.get("/settings/people").text

    assert "138****1234" in page
    assert "13805221234" not in page
    assert f'id="f-phone-{made}"' in page
    assert page.count('name="phone"') == 2  # of that person, and of a new one
    assert 'name="phone" type="tel" value=""' in page
    assert change(admin, made, phone="").json["phone"] == ""
    admin.client.patch("/api/v1/me", json={"phone": "13805225678"})
    assert 'value="13805225678"' in admin.client.get("/settings").text
