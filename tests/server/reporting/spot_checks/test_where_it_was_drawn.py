"""A check stays at the venue and with the units of its moment, whatever moves afterwards."""

from typing import Any

import pytest

from server.foundation.db.migrate import current, downgrade, head, upgrade
from tests.support.app.inventory import BoundScreen, make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.reporting.reports import DAY
from tests.support.reporting.spot_checks import (
    hang,
    make_check,
    make_checks,
    move,
    screen_on_air,
    stored,
)

STATISTIC = "/api/v1/spot-checks/statistic"


@pytest.fixture
def reader(world: World) -> Person:
    return sign_in(world, "auditor")


def bad(person: Person, **places: str) -> int:
    found = person.client.get(STATISTIC, query_string={**DAY, **places})
    assert found.status_code == 200, found.text
    count: int = found.json["bad"]
    return count


def reported(person: Person, unit: int) -> Any:
    query = {**DAY, "unit_id": f"u_{unit}"}
    return person.client.get("/api/v1/reports/delivery", query_string=query).json["spot_checks"]


@pytest.mark.slow
def test_a_screen_that_moves_leaves_its_bad_ones_where_they_were(
    world: World, reader: Person
) -> None:
    here, there = make_unit(world, "甲街"), make_unit(world, "乙街")
    village = make_unit(world, "甲村", here)
    screen = screen_on_air(world, unit=here, name="甲街银行", territory_unit_id=village)
    make_checks(world, screen, 5, kind="photo", verdict="bad")
    school = make_venue(world, unit=there, name="乙街学校", kind="school")

    move(world, screen, school)

    assert (reported(reader, here)["bad"], reported(reader, there)["bad"]) == (5, 0)
    for places, count in (
        ({"territory_id": f"u_{village}"}, 5),
        ({"venue_id": f"v_{screen.venue_id}"}, 5),
        ({"venue_id": f"v_{school}"}, 0),
        ({"venue_kind": "school"}, 0),
        ({"screen_id": screen.public_id}, 5),
    ):
        assert bad(reader, **places) == count, places
    listed = reader.client.get("/spot-checks?standing=bad").text.partition("spot-list")[2]
    assert "甲街银行" in listed


@pytest.mark.slow
def test_who_was_in_charge_then_reads_and_judges_it(world: World) -> None:
    here, there = make_unit(world, "甲街"), make_unit(world, "乙街")
    screen = screen_on_air(world, unit=here)
    number = make_check(world, screen)
    move(world, screen, make_venue(world, unit=there))
    then, now = sign_in(world, "reviewer", here), sign_in(world, "reviewer", there)

    address = f"/api/v1/spot-checks/z_{number}"

    assert then.client.post(f"{address}/verdict", json={"verdict": "bad"}).status_code == 200
    assert then.client.get(f"{address}/picture").status_code == 200
    assert now.client.get(address).status_code == 404
    assert now.client.get("/api/v1/spot-checks").json["items"] == []


@pytest.mark.slow
def test_a_venue_that_changes_hands_leaves_them_with_its_former_unit(
    world: World, reader: Person
) -> None:
    here, there = make_unit(world, "甲街"), make_unit(world, "乙街")
    screen = screen_on_air(world, unit=here)
    make_checks(world, screen, 2, verdict="bad")
    client, path = sign_in(world, "admin").client, f"/api/v1/venues/v_{screen.venue_id}"
    tag = {"If-Match": client.get(path).headers["ETag"]}

    answer = client.patch(path, json={"unit_id": f"u_{there}"}, headers=tag)

    assert answer.status_code == 200, answer.text
    assert (bad(reader, unit_id=f"u_{here}"), bad(reader, unit_id=f"u_{there}")) == (2, 0)


@pytest.mark.slow
def test_the_draws_of_a_unit_count_for_it_wherever_it_hangs(world: World, reader: Person) -> None:
    office, street = make_unit(world, "科室"), make_unit(world, "街道")
    screen = screen_on_air(world, unit=street)
    make_checks(world, screen, 5, verdict="bad", why="sample", frame_unit_id=street)

    hang(world, street, office)

    assert bad(reader, unit_id=f"u_{street}") == 5
    assert (bad(reader, unit_id=f"u_{office}"), bad(reader)) == (0, 0)


@pytest.mark.slow
def test_a_venue_and_a_unit_with_checks_stay_on_record(world: World) -> None:
    unit = make_unit(world, "甲街")
    screen = screen_on_air(world, unit=unit)
    make_check(world, screen)
    move(world, screen, make_venue(world))
    admin = sign_in(world, "admin").client

    answers = [
        admin.delete(path)
        for path in (f"/api/v1/venues/v_{screen.venue_id}", f"/api/v1/units/u_{unit}")
    ]

    assert [(one.status_code, one.json["code"]) for one in answers] == [(409, "in_use")] * 2


@pytest.mark.slow
def test_a_database_of_before_gives_each_check_the_place_of_its_screen(world: World) -> None:
    street = make_unit(world, "街道")
    village = make_unit(world, "村", street)
    screen: BoundScreen = screen_on_air(world, unit=street, territory_unit_id=village)
    numbers = [
        make_check(world, screen),
        make_check(world, screen, why="sample", frame_unit_id=street),
        make_check(world, screen, why="by_hand", frame_unit_id=None),
    ]
    before = [_place(world, one) for one in numbers]

    downgrade(world.core.config, "config", "0020")
    upgrade(world.core.config, "config")

    assert current(world.core.config) == head("config")
    assert [_place(world, one) for one in numbers] == before
    reviewer = sign_in(world, "reviewer").client
    assert reviewer.get(f"/api/v1/spot-checks/z_{numbers[0]}/picture").status_code == 200


def _place(world: World, number: int) -> tuple[int | None, ...]:
    row = stored(world, number)
    return row.venue_id, row.unit_id, row.territory_id, row.frame_unit_id
