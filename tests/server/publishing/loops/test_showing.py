"""The content due on a screen at an instant, by the API, and who may read it."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.support.app.clock import DAY_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import Office, open_office
from tests.support.app.people import sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.factories.assets import make_asset

pytestmark = pytest.mark.slow


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


@pytest.fixture
def screen(world: World, office: Office) -> BoundScreen:
    assert office.world is world
    return make_screen(world)


def ask(office: Office, screen: BoundScreen, what: str) -> dict[str, Any]:
    answer = office.publicity.client.get(f"/api/v1/screens/{screen.public_id}/{what}")
    assert answer.status_code == 200, answer.json
    assert isinstance(answer.json, dict)
    return answer.json


def test_the_newest_version_and_digest_are_returned(
    world: World, office: Office, screen: BoundScreen
) -> None:
    assert ask(office, screen, "manifest") == {"version": None, "digest": None}
    office.publish(make_asset(world))

    run_jobs(world.core)

    newest = ask(office, screen, "manifest")
    assert newest["version"] == 1
    assert world.visitor().get(f"/manifests/{newest['digest']}").status_code == 200


def test_the_seat_of_now_and_of_any_instant(
    world: World, office: Office, screen: BoundScreen
) -> None:
    campaign = office.publish(make_asset(world), target={"kind": "share_of_voice", "value": 0.5})
    run_jobs(world.core)

    now = ask(office, screen, "now")
    same = ask(office, screen, f"seat?at={START_MS}")
    written = ask(office, screen, f"seat?at={quote('2026-11-24T09:00:00+08:00')}")
    unescaped = ask(office, screen, "seat?at=2026-11-24T09:00:00+08:00")

    assert now["state"] == "playing"
    assert now["at"] == START_MS
    assert same == written == unescaped
    assert {name: now[name] for name in same} == same
    assert now["campaign"] in {campaign, None}


def test_an_instant_without_its_offset_is_refused_in_words(
    world: World, office: Office, screen: BoundScreen
) -> None:
    office.publish(make_asset(world))
    run_jobs(world.core)
    address = f"/api/v1/screens/{screen.public_id}/seat"

    for wrong in ("2026-11-24T09:00:00", "yesterday", "-5"):
        answer = office.publicity.client.get(f"{address}?at={wrong}")
        assert answer.status_code == 422
        assert answer.json is not None
        assert answer.json["errors"][0]["pointer"] == "/at"


def test_a_screen_without_a_plan_shows_that(office: Office, screen: BoundScreen) -> None:
    answer = office.publicity.client.get(f"/api/v1/screens/{screen.public_id}/now")

    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "no_plan"


def test_a_takeover_is_beside_the_seat_while_it_lasts(
    world: World, office: Office, screen: BoundScreen
) -> None:
    office.publish(make_asset(world))
    run_jobs(world.core)
    takeover = office.take_over(make_asset(world))

    during = ask(office, screen, f"seat?at={START_MS + 1_000}")
    after = ask(office, screen, f"seat?at={START_MS + 600_000}")

    assert during["takeover"]["id"] == takeover
    assert after["takeover"] is None


def test_each_campaign_is_explained(world: World, office: Office, screen: BoundScreen) -> None:
    running = office.publish(make_asset(world))
    coming = office.publish(make_asset(world), starts_on="2026-12-01")
    run_jobs(world.core)

    explanation = ask(office, screen, f"explain?at={START_MS}")

    states = {one["campaign"]: one["state"] for one in explanation["campaigns"]}
    assert states[running] in {"on", "waits"}
    assert states[coming] == "not_begun"
    assert explanation["asset_name"]
    assert explanation["open"] is True


def test_the_future_is_returned_as_far_as_it_is_planned(
    world: World, office: Office, screen: BoundScreen
) -> None:
    office.publish(make_asset(world))
    run_jobs(world.core)

    assert ask(office, screen, f"seat?at={START_MS + 20 * DAY_MS}")["state"] == "playing"
    assert ask(office, screen, f"seat?at={START_MS + 60 * DAY_MS}")["state"] == "fallback"


def test_screens_of_other_units_are_answered_as_missing(
    world: World, office: Office, screen: BoundScreen
) -> None:
    stranger = sign_in(world, "publicity", make_unit(world))
    assert office.world is world

    for what in ("manifest", "now", "seat", "explain"):
        foreign = stranger.client.get(f"/api/v1/screens/{screen.public_id}/{what}")
        missing = stranger.client.get(f"/api/v1/screens/s_999/{what}")
        assert foreign.status_code == missing.status_code == 404
        assert foreign.json == missing.json


def test_a_takeover_that_is_over_is_still_returned_for_its_time(
    world: World, office: Office, screen: BoundScreen
) -> None:
    office.publish(make_asset(world))
    run_jobs(world.core)
    takeover = office.take_over(make_asset(world))
    world.clock.forward(DAY_MS)
    for person in (office.publicity, office.reviewer):
        sign_in_again(world, person)
    office.take_over(make_asset(world))

    returned = ask(office, screen, f"explain?at={START_MS + 1_000}")["takeover"]

    assert (returned["id"], returned["from"]) == (takeover, START_MS)
    assert ask(office, screen, f"seat?at={START_MS - 1_000}")["takeover"] is None
