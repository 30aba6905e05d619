"""Everybody sees the figures of his own scope, and no others."""

import pytest

from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue
from tests.support.app.clock import HOUR_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in_all, put_on_air
from tests.support.plays.plays import make_programme
from tests.support.reporting.reports import report, totals

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)


@pytest.fixture
def units(world: World) -> tuple[int, int]:
    """Two units with a screen each; only the first one's has played."""
    made = make_unit(world, "卫健科"), make_unit(world, "市监分局")
    for index, unit in enumerate(made):
        screen = screen_of(world, unit)
        if index == 0:
            hand_in_all(world, screen, PROGRAMME, SLOTS)
    return made


def screen_of(world: World, unit: int, *contacts: int) -> BoundScreen:
    world.clock.at_ms = START_MS
    screen = make_screen(world, venue=make_venue(world, unit=unit, contacts=contacts))
    put_on_air(world, screen, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    return screen


def test_the_district_sees_all(world: World, units: tuple[int, int]) -> None:
    assert totals(sign_in(world, "viewer").client)["expected"] == 480


@pytest.mark.slow
@pytest.mark.parametrize("role", ["publicity", "reviewer", "transport", "viewer", "auditor"])
def test_a_unit_sees_its_own(world: World, units: tuple[int, int], role: str) -> None:
    first = sign_in(world, role, unit=units[0])  # type: ignore[arg-type] # a role's name
    second = sign_in(world, role, unit=units[1])  # type: ignore[arg-type] # likewise

    assert totals(first.client) == {"expected": 240, "confirmed": 240}
    assert totals(second.client) == {"expected": 240, "pending": 240}


def test_a_venue_contact_sees_his_own_venue(world: World, units: tuple[int, int]) -> None:
    contact = sign_in(world, "venue", unit=units[0])
    screen = screen_of(world, units[0], contact.user_id)

    found = report(contact.client, group_by="screen")

    assert [item["screen_id"] for item in found["items"]] == [screen.public_id]
    assert found["totals"]["pending"] == 240
    assert report(contact.client, group_by="hour")["totals"]["pending"] == 240


def test_a_screen_that_went_to_others_is_named_by_its_venue_of_that_time(
    world: World, units: tuple[int, int]
) -> None:
    officer = sign_in(world, "viewer", unit=units[0])
    report(officer.client, group_by="screen")  # the place of before is noted
    with world.core.config.write() as session:
        session.get_one(Venue, 2).name = "别人的点位"
        session.get_one(Screen, 1).venue_id = 2

    found = report(officer.client, group_by="screen")

    assert [item["name"] for item in found["items"]] == ["建设银行城关支行 大厅屏"]


def test_foreign_filters_are_answered_like_missing_ones(
    world: World, units: tuple[int, int]
) -> None:
    stranger = sign_in(world, "publicity", unit=units[1]).client
    asked = {"unit_id": f"u_{units[0]}", "screen_id": "s_1", "venue_id": "v_1"}

    for name, value in asked.items():
        foreign = stranger.get("/api/v1/reports/delivery", query_string={name: value})
        missing = stranger.get("/api/v1/reports/delivery", query_string={name: value + "99"})
        assert (foreign.status_code, foreign.json) == (404, missing.json)


def test_a_filter_of_another_form_is_missing_too(world: World) -> None:
    client = sign_in(world, "viewer").client

    for name in ("unit_id", "campaign_id", "line_id", "territory_id"):
        answer = client.get("/api/v1/reports/delivery", query_string={name: "nonsense"})
        assert answer.status_code == 404


def test_nobody_reads_figures_without_an_account(world: World) -> None:
    for path in ("delivery", "plays", "delivery.csv", "plays.xlsx"):
        assert world.visitor().get(f"/api/v1/reports/{path}").status_code == 401
