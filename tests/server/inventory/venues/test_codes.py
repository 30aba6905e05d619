"""Codes are the numbers of the district's own lists: each venue's and each line's is unique."""

from typing import Any

import pytest

from tests.support.app.inventory import make_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World

BODIES: dict[str, dict[str, Any]] = {
    "venues": {"name": "网点", "kind": "bank"},
    "lines": {"name": "3 路"},
}


@pytest.fixture
def wang(world: World) -> Person:
    return sign_in(world, "publicity")


@pytest.fixture(params=sorted(BODIES))
def noun(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def create(person: Person, noun: str, **fields: Any) -> Any:
    return person.client.post(f"/api/v1/{noun}", json={**BODIES[noun], **fields})


def test_a_code_is_kept_changed_and_taken_away(wang: Person, noun: str) -> None:
    made = create(wang, noun, code="007").get_json()
    path = f"/api/v1/{noun}/{made['id']}"

    assert made["code"] == "007"
    assert wang.client.patch(path, json={"code": "008"}).get_json()["code"] == "008"
    assert wang.client.patch(path, json={"code": None}).get_json()["code"] is None
    assert create(wang, noun).get_json()["code"] is None


@pytest.mark.slow
def test_a_code_that_another_has_is_refused_at_its_field(wang: Person, noun: str) -> None:
    create(wang, noun, code="A-1")
    other = create(wang, noun).get_json()["id"]

    twice = create(wang, noun, code="A-1")
    moved = wang.client.patch(f"/api/v1/{noun}/{other}", json={"code": "A-1"})

    for answer in (twice, moved):
        assert (answer.status_code, answer.get_json()["code"]) == (409, "code_taken")
        assert answer.get_json()["errors"][0]["pointer"] == "/code"


def test_it_is_unique_in_the_whole_district(world: World, wang: Person, noun: str) -> None:
    create(wang, noun, code="A-1")
    stranger = sign_in(world, "publicity", make_unit(world))

    assert create(stranger, noun, code="A-1").status_code == 409


def test_its_own_code_may_be_sent_again(wang: Person, noun: str) -> None:
    made = create(wang, noun, code="A-1").get_json()["id"]

    answer = wang.client.patch(f"/api/v1/{noun}/{made}", json={"code": "A-1", "name": "新名"})

    assert (answer.status_code, answer.get_json()["name"]) == (200, "新名")


def test_a_venue_is_found_by_its_code_and_a_vehicle_by_its_number(wang: Person) -> None:
    create(wang, "venues", code="YH-007")
    create(wang, "venues", name="公交", kind="bus", vehicle="苏C10001")

    def names(query: str) -> list[str]:
        items = wang.client.get(f"/api/v1/venues?q={query}").get_json()["items"]
        return [one["name"] for one in items]

    assert (names("yh-0"), names("C10001")) == (["网点"], ["公交"])
    page = wang.client.get("/venues?q=YH-007").text
    assert ">网点</a>" in page
    assert ">公交</a>" not in page
