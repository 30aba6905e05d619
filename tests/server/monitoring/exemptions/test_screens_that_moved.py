"""An exemption covers the screens placed there in its time, while they were there."""

from typing import Any

import pytest

from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.people import sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.plays.on_air import keep_house, put_on_air
from tests.support.reporting.exemptions import PROGRAMME, Street, page_of
from tests.support.reporting.reports import report

CUT = {"from": "2026-11-24T09:30:00+08:00", "until": "2026-11-24T10:00:00+08:00"}
WHOLE = {"from": "2026-11-24T09:00:00+08:00", "until": "2026-11-24T12:00:00+08:00"}


def bank(world: World, name: str, screen: str, **fields: Any) -> BoundScreen:
    made = make_screen(world, venue=make_venue(world, name=name, **fields), name=screen)
    put_on_air(world, made, PROGRAMME, START_MS)
    return made


def moves(world: World, screen: BoundScreen, venue: int) -> None:
    """Move it to another venue from now on."""
    with world.core.config.write() as session:
        session.get_one(Screen, screen.id).venue_id = venue


def approved(world: World, selector: dict[str, Any], **times: str) -> Any:
    """Asked for and approved now; the answer."""
    chen, lin = sign_in(world, "publicity").client, sign_in(world, "reviewer").client
    body = {"selector": selector, "code": "power_cut", **times}
    asked = chen.post("/api/v1/exemptions", json=body).json["id"]
    return lin.post(f"/api/v1/exemptions/{asked}/approve", json={}).json


def excused(world: World, **query: Any) -> dict[str, int]:
    """By venue."""
    items = report(sign_in(world, "reviewer").client, group_by="venue", **query)["items"]
    return {one["name"]: one["excused"] for one in items}


@pytest.mark.slow
def test_a_power_cut_at_a_venue_is_for_the_screens_placed_there(world: World) -> None:
    was, came = bank(world, "停电支行", "当时在"), bank(world, "别处", "后来")
    world.clock.forward(HOUR_MS)
    keep_house(world)
    world.clock.forward(DAY_MS)
    moves(world, was, came.venue_id)
    moves(world, came, was.venue_id)
    keep_house(world)

    done = approved(world, {"venue_ids": [f"v_{was.venue_id}"]}, **CUT)

    assert done["screens"] == 1
    assert excused(world) == {"停电支行": 120, "别处": 0}
    page = page_of(sign_in(world, "reviewer"), f"/settings/exemptions/{done['id']}")
    assert "停电支行 当时在" in page
    assert "后来" not in page


@pytest.mark.slow
def test_it_moved_a_moment_ago_and_nothing_has_noted_it_yet(world: World) -> None:
    was = bank(world, "停电支行", "当时在")
    elsewhere = make_venue(world, name="别处")
    keep_house(world)
    world.clock.forward(HOUR_MS)
    moves(world, was, elsewhere)

    assert approved(world, {"venue_ids": [f"v_{was.venue_id}"]}, **CUT)["screens"] == 1


@pytest.mark.slow
def test_only_the_time_of_its_placement_is_excused(world: World) -> None:
    """There until 10:00, then at another place; both went dark from 9:00 to 12:00."""
    screen = bank(world, "停电支行", "前台")
    elsewhere = make_venue(world, name="别处")
    keep_house(world)
    world.clock.forward(HOUR_MS)
    moves(world, screen, elsewhere)
    keep_house(world)
    world.clock.forward(2 * HOUR_MS)

    approved(world, {"venue_ids": [f"v_{screen.venue_id}"]}, **WHOLE)

    found = excused(world)
    # The slot in which it moved is met at its edge.
    assert found["停电支行"] == 240
    assert found["别处"] <= 1


@pytest.mark.slow
def test_cut_short_it_ends_where_the_screen_came_later_too(world: World) -> None:
    here = make_venue(world, name="停电支行")
    screen = bank(world, "别处", "前台")
    keep_house(world)
    world.clock.forward(HOUR_MS)
    moves(world, screen, here)
    keep_house(world)
    world.clock.forward(2 * HOUR_MS)
    done = approved(world, {"venue_ids": [f"v_{here}"]}, **WHOLE)
    before = excused(world)["停电支行"]

    sign_in(world, "publicity").client.post(
        f"/api/v1/exemptions/{done['id']}/end", json={"until": "2026-11-24T09:30:00+08:00"}
    )

    assert before == 480
    assert sum(excused(world).values()) == 0


@pytest.mark.slow
def test_units_kinds_and_tags_are_those_of_the_place_of_then(world: World) -> None:
    street, other = make_unit(world, "东街"), make_unit(world, "西街")
    screen = bank(world, "学校", "前台", unit=street, kind="school", tags=["重点"])
    mall = make_venue(world, name="商场", unit=other, kind="mall", tags=["商圈"])
    with world.core.config.write() as session:
        session.get_one(Screen, screen.id).tags = ["双面"]
    keep_house(world)
    world.clock.forward(HOUR_MS)
    moves(world, screen, mall)
    keep_house(world)
    chen = sign_in(world, "publicity").client

    def asks(selector: dict[str, Any]) -> int:
        body = {"selector": selector, "code": "power_cut", **CUT}
        return chen.post("/api/v1/exemptions", json=body).status_code

    then = [{"unit_ids": [f"u_{street}"]}, {"venue_kinds": ["school"]}, {"tags": ["重点"]}]
    now = [{"unit_ids": [f"u_{other}"]}, {"venue_kinds": ["mall"]}, {"tags": ["商圈"]}]
    always = [{"tags": ["双面"]}, {"screen_ids": [screen.public_id]}, {"all": True}]
    assert [asks(one) for one in then + always] == [201] * 6
    assert [asks(one) for one in now] == [422] * 3


@pytest.mark.slow
def test_who_was_in_charge_then_decides_and_reads(world: World) -> None:
    street, other = make_unit(world, "东街"), make_unit(world, "西街")
    screen = bank(world, "学校", "前台", unit=street)
    keep_house(world)
    world.clock.forward(HOUR_MS)
    moves(world, screen, make_venue(world, name="商场", unit=other))
    keep_house(world)
    chen = sign_in(world, "publicity").client
    body = {"selector": {"screen_ids": [screen.public_id]}, "code": "power_cut", **CUT}
    asked = chen.post("/api/v1/exemptions", json=body).json["id"]
    path = f"/api/v1/exemptions/{asked}"
    of_then, of_now = (sign_in(world, "reviewer", unit) for unit in (street, other))

    assert of_now.client.get(path).status_code == 404
    page = page_of(of_then, f"/settings/exemptions/{asked}")
    assert "学校 前台" in page
    assert f"/screens/{screen.public_id}" not in page
    assert of_then.client.post(f"{path}/approve", json={}).status_code == 200


@pytest.mark.slow
def test_a_venue_that_changed_hands_is_of_the_unit_of_then(world: World) -> None:
    street, other = make_unit(world, "东街"), make_unit(world, "西街")
    screen = bank(world, "学校", "前台", unit=street)
    keep_house(world)
    world.clock.forward(HOUR_MS)
    with world.core.config.write() as session:
        session.get_one(Venue, screen.venue_id).unit_id = other
    keep_house(world)

    done = approved(world, {"unit_ids": [f"u_{street}"]}, **CUT)

    assert done["screens"] == 1
    assert report(sign_in(world, "reviewer", street).client)["totals"]["excused"] == 120


def test_a_signed_exemption_stays_when_screens_move_afterwards(street: Street) -> None:
    exemption = street.approved(until="2026-11-24T12:00:00+08:00")
    keep_house(street.world)
    moves(street.world, street.dark, make_venue(street.world, name="别处"))
    street.world.clock.forward(20 * MINUTE_MS)
    keep_house(street.world)
    sign_in_again(street.world, street.lin)

    found = street.lin.client.get(f"/api/v1/exemptions/{exemption}").json
    assert (found["state"], found["screens"]) == ("approved", 1)
