"""Every example of the description works unchanged."""

from typing import Any

import pytest

from tests.support.api_contract.described_examples import Example, examples
from tests.support.app.people import PASSWORD, sign_in
from tests.support.app.world import World
from tests.support.factories.assets import make_asset

pytestmark = pytest.mark.slow

# The screen of the example has no player that could answer; no key is known before it is made.
ANSWERED_OTHERWISE = {"send_command": (409, "offline"), "list_cards": (422, "invalid")}


@pytest.fixture
def spec(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.visitor().get("/api/openapi.json").get_json()
    return found


def test_each_is_taken_in(world: World, spec: dict[str, Any]) -> None:
    admin, reviewer = sign_in(world, "admin"), sign_in(world, "reviewer")
    make_asset(world)
    refused = {}
    for one in examples(spec):
        if one.name == "boost_campaign":
            for person, act in ((admin, "submit"), (reviewer, "approve")):
                person.client.post(f"/api/v1/campaigns/k_1/{act}")
        body = {"username": admin.username, "password": PASSWORD} if is_sign_in(one) else one.body
        answer = admin.client.open(one.path, method=one.method, json=body)
        outcome = (answer.status_code, (answer.get_json(silent=True) or {}).get("code"))
        if answer.status_code >= 300 and outcome != ANSWERED_OTHERWISE.get(one.name):
            refused[one.name] = answer.get_json()

    assert refused == {}


def is_sign_in(one: Example) -> bool:
    """The only one that names a person whom a test doesn't have."""
    return one.name == "sign_in"
