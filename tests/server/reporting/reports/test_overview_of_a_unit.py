"""The overview of a person with a part of the district names that part beside its figures."""

import re

import pytest

from tests.support.app.people import Person, sign_in
from tests.support.app.places import make_unit
from tests.support.app.world import World

pytestmark = pytest.mark.slow


def figures(person: Person) -> str:
    page = person.client.get("/", query_string={"lang": "zh"}).text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def test_live_campaigns_are_those_of_the_unit_where_a_person_has_no_more(world: World) -> None:
    of_street = sign_in(world, "viewer", make_unit(world, "城关街道"))
    of_district = sign_in(world, "viewer")

    assert "0 本单位进行中的宣传任务" in figures(of_street)
    assert "0 进行中的宣传任务" in figures(of_district)
