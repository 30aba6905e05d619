"""How many checks are drawn is set for the whole district, by its administrators."""

from typing import Any

import pytest

from server.accounts.roles import Role
from tests.support.app.inventory import make_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.reporting.spot_checks import stored_plan

PLAN = "/api/v1/spot-checks/plan"


def test_twelve_a_day_until_somebody_sets_it(world: World) -> None:
    admin = sign_in(world, "admin")
    before = admin.client.get(PLAN)

    answer = admin.client.patch(PLAN, json={"per_day": 30, "photos_per_day": 2})

    assert before.json == {
        "per_day": 12,
        "photos_per_day": 0,
        "photo_minutes": 10,
        "keep_days": 400,
    }
    assert answer.json == {**before.json, "per_day": 30, "photos_per_day": 2}
    assert stored_plan(world).per_day == 30
    old = admin.client.patch(
        PLAN, json={"per_day": 0}, headers={"If-Match": before.headers["ETag"]}
    )
    assert old.status_code == 412


@pytest.mark.parametrize("role", ["publicity", "reviewer", "venue", "viewer"])
def test_others_read_it_and_change_nothing(world: World, role: Role) -> None:
    person = sign_in(world, role)

    assert person.client.get(PLAN).status_code == 200
    assert person.client.patch(PLAN, json={"per_day": 0}).status_code == 403


def test_an_administrator_of_a_part_sets_nothing_for_all(world: World) -> None:
    part = sign_in(world, "admin", make_unit(world))

    assert part.client.patch(PLAN, json={"per_day": 0}).status_code == 403
    assert stored_plan(world).per_day == 12


@pytest.mark.parametrize(
    "changes",
    [
        {"per_day": -1},
        {"per_day": 501},
        {"photos_per_day": 501},
        {"photo_minutes": 0},
        {"keep_days": 34},
        {"per_day": "many"},
        {"often": 1},
    ],
)
def test_bad_values_are_refused(world: World, changes: Any) -> None:
    answer = sign_in(world, "admin").client.patch(PLAN, json=changes)

    assert answer.status_code == 422
