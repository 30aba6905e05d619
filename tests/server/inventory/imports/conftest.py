"""A district with two streets and a transport unit, and the people who import tables."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.app.inventory import make_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World


@dataclass(frozen=True)
class Office:
    """Whose tables are imported where."""

    world: World
    wang: Person
    zhao: Person
    transport: int
    street: int
    village: int

    def whole(self, noun: str) -> list[dict[str, Any]]:
        """All objects of a kind by their own documents, which mask no phone."""
        get = self.wang.client.get
        return [get(f"/api/v1/{noun}/{one['id']}").get_json() for one in self.listed(noun)]

    def listed(self, noun: str, person: Person | None = None, **query: str) -> list[dict[str, Any]]:
        """All of a noun that somebody sees, oldest first."""
        client = (person or self.wang).client
        items: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            asked = {"limit": "200", **query, **cursor}
            answer = client.get(f"/api/v1/{noun}", query_string=asked).get_json()
            items += answer["items"]
            if answer["next"] is None:
                return items[::-1]
            cursor = {"cursor": answer["next"]}


@pytest.fixture
def office(world: World) -> Office:
    wang = sign_in(world, "publicity")
    transport = make_unit(world, "交通运输")
    street = make_unit(world, "城关街道")
    village = make_unit(world, "东村", street)
    zhao = sign_in(world, "transport", transport)
    return Office(world, wang, zhao, transport, street, village)
