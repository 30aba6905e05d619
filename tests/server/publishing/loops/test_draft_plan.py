"""A draft is seen on a screen's glass before anybody signs it, and no screen receives it."""

import pytest
from flask.testing import FlaskClient

from playlists.plan.explain import plays_per_hour
from playlists.wire.compliance import expected_slots
from playlists.wire.manifest import decode
from playlists.wire.model import Manifest
from tests.support.app.campaigns import (
    Office,
    act,
    bank,
    draft,
    live,
    make_playlist,
    open_office,
    picture,
)
from tests.support.app.clock import DAY_MS, HOUR_MS, START_MS
from tests.support.app.inventory import BoundScreen
from tests.support.app.jobs import run_jobs
from tests.support.app.world import World
from tests.support.factories.assets import make_asset

pytestmark = pytest.mark.slow


@pytest.fixture
def office(world: World) -> Office:
    make_asset(world, builtin=True, name="等待画面")
    return open_office(world)


@pytest.fixture
def screen(office: Office) -> BoundScreen:
    return bank(office.world)


def plan(
    client: FlaskClient, screen: BoundScreen, campaign: str, at_ms: int = START_MS
) -> Manifest:
    answer = client.get(f"/preview/plan?screen={screen.public_id}&draft={campaign}&at={at_ms}")
    assert answer.status_code == 200, answer.text
    return decode(answer.text)


def unsigned_draft(office: Office, **changes: object) -> str:
    """Of a picture that nobody has signed off yet."""
    playlist = make_playlist(office, picture(office, state="ready"), duration_s=15)
    return draft(office, playlist_id=playlist, **changes)


def test_it_plays_as_often_as_it_asks_beside_what_is_on(
    office: Office, screen: BoundScreen
) -> None:
    other = live(office)
    mine = unsigned_draft(office, target={"kind": "plays_per_hour", "value": 20})

    shown = plan(office.author.client, screen, mine)

    assert plays_per_hour(shown, mine, START_MS) == 20
    assert plays_per_hour(shown, other, START_MS) == 12


def test_nothing_is_stored_and_no_screen_gets_it(office: Office, screen: BoundScreen) -> None:
    live(office)
    mine = unsigned_draft(office)
    run_jobs(office.world.core)

    plan(office.author.client, screen, mine)
    run_jobs(office.world.core)

    served = office.author.client.get(f"/api/v1/screens/{screen.public_id}/manifest").json
    text = office.world.visitor().get(f"/manifests/{served['digest']}").text
    assert mine not in decode(text).campaigns


def test_a_revision_takes_the_place_of_what_is_on(office: Office, screen: BoundScreen) -> None:
    campaign = live(office)
    assert act(office.author, campaign, "revise").status_code == 200
    changed = office.author.client.patch(
        f"/api/v1/campaigns/{campaign}", json={"target": {"kind": "plays_per_hour", "value": 30}}
    )
    assert changed.status_code == 200, changed.json

    assert plays_per_hour(plan(office.author.client, screen, campaign), campaign, START_MS) == 30


def test_one_is_led_to_its_first_play_also_of_a_campaign_that_begins_later(
    office: Office, screen: BoundScreen
) -> None:
    mine = unsigned_draft(
        office, starts_on="2026-11-27", dayparts=[{"days": [5], "from": "10:00", "to": "11:00"}]
    )

    answer = office.author.client.get(f"/preview?draft={mine}")

    assert f"screen={screen.public_id}" in answer.location
    at_ms = int(answer.location.rpartition("=")[2])
    shown = plan(office.author.client, screen, mine, at_ms)
    assert at_ms > START_MS + 2 * DAY_MS
    (slot, *_) = expected_slots(shown, at_ms, at_ms + HOUR_MS)
    assert (slot.campaign, slot.start_ms) == (mine, at_ms)


def test_who_may_read_neither_sees_nothing_and_what_is_signed_is_no_draft(
    office: Office, screen: BoundScreen
) -> None:
    mine, signed = unsigned_draft(office), live(office)
    path = f"/preview/plan?screen={screen.public_id}&draft="

    assert office.stranger.client.get(path + mine).status_code == 404
    assert office.author.client.get(path + signed).status_code == 404
    assert office.author.client.get(f"/preview?draft={signed}").status_code == 404


def test_without_a_screen_that_it_selects_one_stays_with_the_campaign(office: Office) -> None:
    mine = unsigned_draft(office)
    assert office.author.client.get(f"/preview?draft={mine}").location == f"/campaigns/{mine}"


def test_before_the_first_run_is_over_it_asks_to_come_again(world: World) -> None:
    empty = open_office(world)
    shown, mine = bank(world), unsigned_draft(empty)
    answer = empty.author.client.get(f"/preview/plan?screen={shown.public_id}&draft={mine}")
    assert answer.status_code == 409
