"""One of thousands of venues or screens is found by a few letters of what people know of it."""

from typing import Any

import pytest

from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World


@pytest.fixture
def wang(world: World) -> Person:
    return sign_in(world, "publicity")


def choices(person: Person, of: str, typed: str = "", purpose: str = "pair") -> list[Any]:
    query = {"q": typed, "purpose": purpose}
    found = person.client.get(f"/api/v1/choices/{of}", query_string=query).get_json()
    items: list[Any] = found["items"]
    return items


def names(found: list[Any]) -> list[str]:
    return [one["name"] for one in found]


@pytest.mark.parametrize("typed", ["建设", "解放路", "建设 解放路", "yh-001", "v_1"])
def test_a_venue_is_found_by_name_address_code_or_id(
    world: World, wang: Person, typed: str
) -> None:
    make_venue(world, name="建设银行城关支行", address="解放路 1 号", code="YH-001")
    make_venue(world, name="农商行", address="人民路")

    assert names(choices(wang, "venues", typed)) == ["建设银行城关支行"]


def test_a_vehicle_is_found_by_its_number(world: World, wang: Person) -> None:
    make_venue(world, kind="bus", name="1 路公交", vehicle="苏C-0417")
    make_screen(world, venue=make_venue(world, kind="bus", name="2 路公交", vehicle="苏C-0888"))

    assert names(choices(wang, "venues", "0417")) == ["1 路公交"]
    assert names(choices(wang, "screens", "苏c-0888")) == ["2 路公交 · 大厅屏"]
    assert names(choices(wang, "venues", "苏Ｃ０４１７")) == ["1 路公交"]
    assert names(choices(wang, "screens", "苏c0888")) == ["2 路公交 · 大厅屏"]


def test_a_screen_is_found_and_identified_by_serial(world: World, wang: Person) -> None:
    make_screen(world, serial="SN-17")
    make_screen(world, serial="SN-18")

    (found,) = choices(wang, "screens", "sn-18")
    assert (found["id"], found["detail"]) == ("s_2", "SN-18 · 本区")


def test_what_begins_with_the_words_comes_first(world: World, wang: Person) -> None:
    for name in ("农贸市场", "东站农贸", "农行"):
        make_venue(world, name=name)

    assert names(choices(wang, "venues", "农"))[-1] == "东站农贸"


def test_nothing_typed_offers_the_newest(world: World, wang: Person) -> None:
    for number in range(20):
        make_venue(world, name=f"网点 {number}")

    found = names(choices(wang, "venues"))
    assert (len(found), found[0]) == (12, "网点 19")


def test_signs_that_mean_something_to_the_database_are_letters(world: World, wang: Person) -> None:
    make_venue(world, name="100% 商场")
    make_venue(world, name="商场")

    assert names(choices(wang, "venues", "0%")) == ["100% 商场"]
    assert choices(wang, "venues", "v_x'; --") == []


def test_only_venues_that_report_by_hand_are_offered_for_a_report(
    world: World, wang: Person
) -> None:
    make_venue(world, name="联网")
    make_venue(world, name="人工", access="manual")

    assert names(choices(wang, "venues", purpose="attest")) == ["人工"]


def test_only_what_one_may_act_on_is_offered(world: World, wang: Person) -> None:
    make_screen(world, venue=make_venue(world, name="银行"))
    bus = make_screen(world, venue=make_venue(world, kind="bus", name="公交"))
    stranger = sign_in(world, "publicity", make_unit(world, "开发区"))
    transport = sign_in(world, "transport")

    assert choices(stranger, "venues") == []
    assert choices(stranger, "screens") == []
    assert [one["id"] for one in choices(transport, "screens")] == [bus.public_id]
    assert len(choices(transport, "screens", purpose="look")) == 2


def test_retired_screens_are_not_offered(world: World, wang: Person) -> None:
    screen = make_screen(world)
    wang.client.post(f"/api/v1/screens/{screen.public_id}/retire")

    assert choices(wang, "screens") == []


def test_the_page_for_pairing_has_the_venue_of_its_address_chosen(
    world: World, wang: Person
) -> None:
    venue = make_venue(world, name="农商行东站支行")

    page = wang.client.get(f"/pair?venue_id=v_{venue}&code=7K3M-9QXA").text
    assert f'name="venue_id" value="v_{venue}"' in page
    assert 'value="农商行东站支行"' in page
    assert wang.client.get("/pair?venue_id=v_999").status_code == 200
