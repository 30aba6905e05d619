"""Venues: made, read, changed and deleted by those whose units they belong to."""

from typing import Any

import pytest

from server.inventory.venues.events import VenueChanged
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World

FULL: dict[str, Any] = {
    "name": "建设银行城关支行",
    "kind": "bank",
    "access": "player",
    "address": "中山路 1 号",
    "lat": 34.26,
    "lon": 117.18,
    "timezone": "Asia/Shanghai",
    "hours": {"1": [["08:00", "20:00"]], "6": [["18:00", "24:00"]]},
    "closed_dates": ["2026-10-01"],
    "extra_hours": {"2026-12-31": [["20:00", "24:00"]]},
    "viewing_distance_m": 4.5,
    "contact": {"name": "王经理", "phone": "13900000000"},
    "vehicle": "",
    "depot": "",
    "own_share": 0.25,
    "takeover_policy": "emergency",
    "sound": True,
    "metered": {"networks": ["4g"], "hours": [["00:00", "06:00"]]},
    "tags": ["临街", "大屏"],
}


@pytest.fixture
def wang(world: World) -> Person:
    return sign_in(world, "publicity")


def create(person: Person, **fields: Any) -> Any:
    return person.client.post("/api/v1/venues", json={"name": "网点", "kind": "bank", **fields})


def change(person: Person, venue: int, **fields: Any) -> Any:
    return person.client.patch(f"/api/v1/venues/v_{venue}", json=fields)


def test_all_that_was_written_is_read_again(world: World, wang: Person) -> None:
    territory = make_unit(world, "东村")
    more = {"territory_unit_id": f"u_{territory}", "contact_user_ids": [wang.public_id]}

    made = create(wang, **FULL, **more)
    read = wang.client.get(f"/api/v1/venues/{made.get_json()['id']}")

    assert made.status_code == 201
    assert read.get_json() == made.get_json()
    wanted = {**FULL, **more, "unit_id": "u_1", "tags": ["临街", "大屏"], "line_id": None}
    assert {name: read.get_json()[name] for name in wanted} == {
        **wanted, "tags": sorted(FULL["tags"]),
    }  # fmt: skip


def test_hours_left_out_are_the_usual_ones_of_the_kind(wang: Person) -> None:
    school = create(wang, kind="school").get_json()

    assert school["hours"] == {str(day): [["07:00", "18:00"]] for day in range(1, 6)}
    assert school["timezone"] == "Asia/Shanghai"
    assert (school["takeover_policy"], school["sound"], school["own_share"]) == ("always", False, 0)


def test_a_point_of_a_chinese_map_is_turned_into_wgs84(wang: Person) -> None:
    venue = create(wang, lat=39.91640428150164, lon=116.41024449916938, coord="gcj02").get_json()

    assert (venue["lat"], venue["lon"]) == (39.915, 116.404)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"kind": "castle"}, "/kind"),
        ({"timezone": "Mars/Olympus"}, "/timezone"),
        ({"timezone": "../../etc/passwd"}, "/timezone"),
        ({"lat": 34.2}, "/lat"),
        ({"lat": 134.2, "lon": 117.0}, "/lat"),
        ({"hours": {"1": [["20:00", "20:00"]]}}, "/hours/1/0"),
        ({"closed_dates": ["2026-02-30"]}, "/closed_dates"),
        ({"extra_hours": {"tomorrow": []}}, "/extra_hours"),
        ({"metered": {"hours": [["1", "2"]]}}, "/metered/hours/0"),
        ({"own_share": 1.5}, "/own_share"),
        ({"takeover_policy": "sometimes"}, "/takeover_policy"),
        ({"pause_pin": "12"}, "/pause_pin"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_wrong_value_is_named(wang: Person, fields: Any, pointer: str) -> None:
    answer = create(wang, **fields)

    assert answer.status_code == 422
    assert [wrong["pointer"] for wrong in answer.get_json()["errors"]] == [pointer]


def test_every_wrong_value_is_named_at_once_in_the_readers_language(wang: Person) -> None:
    fields = {"kind": "castle", "closed_dates": ["x"]}

    answer = wang.client.post("/api/v1/venues?lang=en", json={"name": "a", **fields}).get_json()

    assert [wrong["detail"] for wrong in answer["errors"]] == [
        "There is no such venue kind.",
        "Write dates as 2026-10-01.",
    ]


def test_the_pin_is_never_shown(world: World, wang: Person) -> None:
    answer = create(wang, pause_pin="8421")

    assert answer.status_code == 201
    assert "8421" not in answer.text
    assert "pin" not in answer.text


def test_a_change_leaves_the_rest_as_it_is_and_is_published(world: World, wang: Person) -> None:
    venue = make_venue(world, address="中山路", tags=["临街"])
    notices: list[VenueChanged] = []
    world.core.events.listen(VenueChanged, notices.append)

    answer = change(wang, venue, hours={"1": [["09:00", "17:00"]]}).get_json()

    assert answer["hours"] == {"1": [["09:00", "17:00"]]}
    assert (answer["address"], answer["tags"]) == ("中山路", ["临街"])
    assert notices == [VenueChanged(venue)]


@pytest.mark.slow
def test_one_field_of_the_contact_can_be_changed_alone(world: World, wang: Person) -> None:
    venue = make_venue(world, contact_name="王经理", contact_phone="1")

    answer = change(wang, venue, contact={"phone": "2"}).get_json()

    assert answer["contact"] == {"name": "王经理", "phone": "2"}


def test_a_point_is_taken_away_as_a_whole(world: World, wang: Person) -> None:
    venue = make_venue(world, lat=34.2, lon=117.1)

    assert change(wang, venue, lat=None).status_code == 422
    answer = change(wang, venue, lat=None, lon=None).get_json()
    assert (answer["lat"], answer["lon"]) == (None, None)


def test_an_update_from_an_old_reading_is_refused(world: World, wang: Person) -> None:
    venue = make_venue(world)
    tag = wang.client.get(f"/api/v1/venues/v_{venue}").headers["ETag"]
    change(wang, venue, address="新地址")

    late = wang.client.patch(
        f"/api/v1/venues/v_{venue}", json={"address": "旧地址"}, headers={"If-Match": tag}
    )

    assert late.status_code == 412


def test_a_venue_with_screens_is_not_deleted(world: World, wang: Person) -> None:
    screen = make_screen(world)

    answer = wang.client.delete(f"/api/v1/venues/v_{screen.venue_id}")

    assert (answer.status_code, answer.get_json()["code"]) == (409, "in_use")
    assert "retire" in answer.get_json()["detail"]


def test_an_empty_venue_is_deleted(world: World, wang: Person) -> None:
    venue = make_venue(world, contacts=(wang.user_id,))

    assert wang.client.delete(f"/api/v1/venues/v_{venue}").status_code == 204
    assert wang.client.get(f"/api/v1/venues/v_{venue}").status_code == 404


@pytest.mark.slow
def test_the_list_can_be_narrowed(world: World, wang: Person) -> None:
    street = make_unit(world, "城关街道")
    village = make_unit(world, "东村", street)
    market = make_venue(world, unit=village, kind="market", name="东村农贸市场", tags=["大屏"])
    hotel = make_venue(world, kind="hotel", name="城关宾馆", territory_unit_id=village)

    def found(query: str) -> list[str]:
        items = wang.client.get(f"/api/v1/venues?{query}").get_json()["items"]
        return [item["id"] for item in items]

    assert found("") == [f"v_{hotel}", f"v_{market}"]
    assert found(f"unit_id=u_{street}") == [f"v_{market}"]
    assert found(f"territory_unit_id=u_{street}") == [f"v_{hotel}"]
    assert found("kind=hotel") == [f"v_{hotel}"]
    assert found("tag=大屏") == [f"v_{market}"]
    assert found("tag=大") == []
    assert found("q=农贸") == [f"v_{market}"]
    assert found("q=%25") == []
