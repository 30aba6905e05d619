"""Where volume costs, the signed assignment has the hours for downloads."""

import json
from typing import Any

import pytest

from server.publishing.assignments.acknowledgements import go_above
from server.publishing.assignments.rows import load
from tests.support.app.clock import START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_venue
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import open_office
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.factories.assets import make_asset

pytestmark = pytest.mark.slow

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
NIGHTS = {"networks": ["wifi"], "hours": [["01:00", "05:00"]]}


@pytest.fixture
def screen(world: World) -> BoundScreen:
    office = open_office(world)
    made = make_screen(world, venue=make_venue(world, kind="bus"))
    office.publish(make_asset(world))
    run_jobs(world.core)
    return made


def assignment(world: World, screen: BoundScreen) -> dict[str, Any]:
    """The text of the screen's newest assignment."""
    with world.core.config.read() as session:
        read: dict[str, Any] = json.loads(load(session, [screen.id])[screen.id].text)
    return read


def change(world: World, officer: Person, screen: BoundScreen, **fields: Any) -> None:
    """Change the screen's venue by the API."""
    screen_path = f"/api/v1/screens/{screen.public_id}"
    venue = officer.client.get(screen_path).json["venue_id"]
    path = f"/api/v1/venues/{venue}"
    etag = officer.client.get(path).headers["ETag"]
    answer = officer.client.patch(path, json=fields, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text
    run_jobs(world.core)


def test_there_is_no_entry_where_volume_costs_nothing(world: World, screen: BoundScreen) -> None:
    assert "metered" not in assignment(world, screen)


def test_hours_are_sent_as_spans_of_the_servers_time_until_the_assignment_expires(
    world: World, screen: BoundScreen
) -> None:
    change(world, sign_in(world, "publicity"), screen, metered=NIGHTS)

    sent = assignment(world, screen)
    spans = sent["metered"]["hours"]
    night_ms = START_MS - (START_MS + 8 * HOUR_MS) % DAY_MS + HOUR_MS  # 01:00 in Shanghai
    nights = [[night_ms + day * DAY_MS, night_ms + day * DAY_MS + 4 * HOUR_MS] for day in range(31)]
    assert sent["metered"]["networks"] == ["wifi"]
    assert [span for span in nights if span in spans] == spans
    assert len(spans) in {30, 31}


def test_hours_may_differ_by_weekday(world: World, screen: BoundScreen) -> None:
    sundays = {"networks": [], "hours": {"7": [["00:00", "24:00"]]}}
    change(world, sign_in(world, "publicity"), screen, metered=sundays)

    spans = assignment(world, screen)["metered"]["hours"]
    assert len(spans) in {4, 5}
    assert {until - start for start, until in spans} == {DAY_MS}


def test_only_a_change_of_it_is_news(world: World, screen: BoundScreen) -> None:
    officer = sign_in(world, "publicity")
    change(world, officer, screen, metered=NIGHTS)
    version = assignment(world, screen)["version"]

    change(world, officer, screen, address="解放路1号")
    assert assignment(world, screen)["version"] == version

    change(world, officer, screen, metered=None)
    assert assignment(world, screen)["version"] == version + 1
    assert "metered" not in assignment(world, screen)


def test_an_assignment_that_is_written_again_has_it_too(world: World, screen: BoundScreen) -> None:
    change(world, sign_in(world, "publicity"), screen, metered=NIGHTS)
    before = assignment(world, screen)

    go_above(world.core, screen.id, before["version"] + 5)

    after = assignment(world, screen)
    assert after["version"] == before["version"] + 6
    assert after["metered"]["networks"] == ["wifi"]
