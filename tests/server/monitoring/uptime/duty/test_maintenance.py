"""Planned maintenance: planned ahead by one person, excused for its time."""

from typing import Any

import pytest

from server.accounts.roles import Role
from server.monitoring.duty.operating_hours import excused_of
from tests.server.monitoring.uptime.duty.test_hours import at, make_line, span
from tests.support.app.clock import HOUR_MS
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World

# It is 09:00 on the 24th when a test begins.
PATH = "/api/v1/maintenance"
BULK = "/api/v1/screens/bulk"
WORK = {
    "from": "2026-11-24T14:00:00+08:00",
    "until": "2026-11-24T18:00:00+08:00",
    "reason": "更换主板",
}


def excused(world: World, screen: int) -> Any:
    with world.core.config.read() as session:
        return excused_of(session, {screen}, at("24 00:00"), at("25 00:00")).get(screen, ())


def test_all_screens_of_a_venue_are_excused_while_it_lasts(world: World) -> None:
    venue = make_venue(world)
    left, right = (make_screen(world, venue=venue) for _ in range(2))
    other = make_screen(world)

    answer = sign_in(world, "publicity").client.post(
        PATH, json=WORK | {"venue_ids": [f"v_{venue}"]}
    )

    assert (answer.status_code, answer.json["screens"]) == (201, 2)
    assert excused(world, left.id) == excused(world, right.id) == (span("24 14:00", "24 18:00"),)
    assert excused(world, other.id) == ()


def test_called_off_before_it_begins_it_excuses_nothing(world: World) -> None:
    screen = make_screen(world)
    person = sign_in(world, "publicity")
    made = person.client.post(PATH, json=WORK | {"screen_ids": [screen.public_id]}).json

    assert person.client.delete(f"{PATH}/{made['id']}").status_code == 200

    assert excused(world, screen.id) == ()


def test_ended_half_way_it_excuses_the_time_passed(world: World) -> None:
    screen = make_screen(world)
    person = sign_in(world, "publicity")
    body = WORK | {"screen_ids": [screen.public_id]}
    del body["from"]
    made = person.client.post(PATH, json=body).json
    began = world.clock.now_ms() // 1000
    world.clock.forward(HOUR_MS // 4)

    ended = person.client.delete(f"{PATH}/{made['id']}").json

    assert ended["until"] == ended["ended_at"]
    assert excused(world, screen.id) == ((began, began + 900),)
    assert person.client.delete(f"{PATH}/{made['id']}").status_code == 409


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"from": "2026-11-23T14:00:00+08:00"}, "/from"),
        ({"until": "2026-11-24T14:00:00+08:00"}, "/until"),
        ({"until": "2027-03-24T14:00:00+08:00"}, "/until"),
        ({"screen_ids": []}, "/screen_ids"),
        ({"screen_ids": ["s_999"]}, "/screen_ids/0"),
        ({"venue_ids": ["v_999"]}, "/venue_ids/0"),
        ({"line_ids": ["n_999"]}, "/line_ids/0"),
        ({"unit_ids": ["u_999"]}, "/unit_ids/0"),
        ({"reason": ""}, "/reason"),
    ],
)
def test_what_cannot_be_planned_is_refused_at_its_field(
    world: World, changes: dict[str, Any], pointer: str
) -> None:
    screen = make_screen(world)
    body = WORK | {"screen_ids": [screen.public_id]} | changes

    answer = sign_in(world, "admin").client.post(PATH, json=body)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("role", "bus", "bank"),
    [("admin", 201, 201), ("publicity", 201, 201), ("transport", 201, 422), ("venue", 403, 403)],
)
def test_transport_people_plan_for_vehicles_alone(
    world: World, role: Role, bus: int, bank: int
) -> None:
    vehicle = make_screen(world, venue=make_venue(world, kind="bus"))
    branch = make_screen(world)
    person = sign_in(world, role)

    for screen, status in ((vehicle, bus), (branch, bank)):
        answer = person.client.post(PATH, json=WORK | {"screen_ids": [screen.public_id]})
        assert answer.status_code == status


def test_what_another_unit_planned_is_not_there(world: World) -> None:
    screen = make_screen(world)
    person = sign_in(world, "admin")
    made = person.client.post(PATH, json=WORK | {"screen_ids": [screen.public_id]}).json
    stranger = sign_in(world, "admin", make_unit(world))

    assert stranger.client.get(f"{PATH}/{made['id']}").status_code == 404
    assert stranger.client.delete(f"{PATH}/{made['id']}").status_code == 404
    assert stranger.client.get(PATH).json["items"] == []
    assert [one["id"] for one in person.client.get(PATH).json["items"]] == [made["id"]]


def test_a_line_includes_the_screens_on_its_vehicles(world: World) -> None:
    line = make_line(world, "06:00", "22:00")
    buses = [make_venue(world, kind="bus", name=f"苏C{n}", line_id=line) for n in range(2)]
    screens = [make_screen(world, venue=bus) for bus in buses]
    other = make_screen(world, venue=make_venue(world, kind="bus", name="别的"))
    make_screen(world, venue=buses[0], retired_at=world.clock.now_ms())

    made = sign_in(world, "transport").client.post(PATH, json=WORK | {"line_ids": [f"n_{line}"]})

    assert (made.status_code, made.json["screens"]) == (201, 2)
    assert all(excused(world, one.id) for one in screens)
    assert excused(world, other.id) == ()


@pytest.mark.parametrize(("role", "count"), [("publicity", 2), ("transport", 1)])
def test_a_unit_includes_all_below_it_that_the_person_may_plan_for(
    world: World, role: Role, count: int
) -> None:
    street = make_unit(world)
    below = make_unit(world, "公交公司", street)
    bus = make_screen(world, venue=make_venue(world, kind="bus", unit=below))
    bank = make_screen(world, venue=make_venue(world, unit=street))
    elsewhere = make_screen(world)

    made = sign_in(world, role).client.post(PATH, json=WORK | {"unit_ids": [f"u_{street}"]})

    assert made.json["screens"] == count
    assert excused(world, bus.id)
    assert bool(excused(world, bank.id)) is (role == "publicity")
    assert excused(world, elsewhere.id) == ()


def test_another_units_line_is_not_there(world: World) -> None:
    line = make_line(world, "06:00", "22:00")
    stranger = sign_in(world, "transport", make_unit(world))

    answer = stranger.client.post(PATH, json=WORK | {"line_ids": [f"n_{line}"]})

    assert [one["pointer"] for one in answer.json["errors"]] == ["/line_ids/0"]


def test_transport_people_do_not_end_maintenance_of_banks_too(world: World) -> None:
    bank, bus = make_screen(world), make_screen(world, venue=make_venue(world, kind="bus"))
    officer, publicity = sign_in(world, "transport"), sign_in(world, "publicity")
    ids = {"screen_ids": [bank.public_id, bus.public_id]}
    mixed = publicity.client.post(PATH, json=WORK | ids).json["id"]
    buses = publicity.client.post(PATH, json=WORK | {"screen_ids": [bus.public_id]}).json["id"]

    assert officer.client.delete(f"{PATH}/{mixed}").status_code == 403
    assert officer.client.delete(f"{PATH}/{buses}").status_code == 200
    assert excused(world, bank.id)


def test_a_list_is_filtered_by_screen_and_by_coming_ones(world: World) -> None:
    screen, other = make_screen(world), make_screen(world)
    person = sign_in(world, "publicity")

    def made(*screens: str) -> str:
        answer = person.client.post(PATH, json=WORK | {"screen_ids": list(screens)})
        return str(answer.json["id"])

    def listed(query: str) -> list[str]:
        return [one["id"] for one in person.client.get(f"{PATH}?{query}").json["items"]]

    ours, both = made(screen.public_id), made(screen.public_id, other.public_id)
    person.client.delete(f"{PATH}/{ours}")

    assert listed(f"screen_id={screen.public_id}") == [both, ours]
    assert listed(f"screen_id={other.public_id}") == [both]
    assert listed("state=current") == [both]
    assert listed("state=over") == [ours]


def test_one_ended_since_it_was_read_is_refused(world: World) -> None:
    screen = make_screen(world)
    person = sign_in(world, "publicity")
    made = person.client.post(PATH, json=WORK | {"screen_ids": [screen.public_id]}).json
    tag = person.client.get(f"{PATH}/{made['id']}").headers["ETag"]
    sign_in(world, "admin").client.delete(f"{PATH}/{made['id']}")

    answer = person.client.delete(f"{PATH}/{made['id']}", headers={"If-Match": tag})

    assert answer.status_code == 412


@pytest.mark.slow
def test_planning_and_ending_are_in_the_audit_trail(world: World) -> None:
    screen = make_screen(world)
    person = sign_in(world, "publicity")
    made = person.client.post(PATH, json=WORK | {"screen_ids": [screen.public_id]}).json["id"]
    person.client.delete(f"{PATH}/{made}")

    entries = sign_in(world, "admin").client.get("/api/v1/audit").json["items"]
    mine = [(one["action"], one["object"], one["detail"]) for one in entries]
    assert mine[:2] == [("maintenance.end", made, {}), ("maintenance.plan", made, {"screens": 1})]


def test_many_screens_are_planned_for_in_one_act(world: World) -> None:
    screens = [make_screen(world) for _ in range(3)]
    body = {"action": "maintenance", "screen_ids": [one.public_id for one in screens], **WORK}

    answer = sign_in(world, "publicity").client.post(BULK, json=body)

    assert (answer.status_code, answer.json["screens"]) == (201, 3)
    assert answer.json["maintenance"]["reason"] == WORK["reason"]
    assert all(excused(world, one.id) for one in screens)


def test_if_one_of_them_cannot_be_none_is_and_it_is_named(world: World) -> None:
    bus, bank = make_screen(world, venue=make_venue(world, kind="bus")), make_screen(world)
    body = {"action": "maintenance", "screen_ids": [bus.public_id, bank.public_id, "s_999"], **WORK}

    answer = sign_in(world, "transport").client.post(BULK, json=body)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json["errors"]] == ["/screen_ids/1", "/screen_ids/2"]
    assert excused(world, bus.id) == ()


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"screen_ids": []}, "/screen_ids"),
        ({"action": "explode"}, "/action"),
        ({"until": "2026-11-24T13:00:00+08:00"}, "/until"),
        ({"reason": ""}, "/reason"),
    ],
)
def test_a_wrong_act_is_refused_at_its_field(
    world: World, changes: dict[str, Any], pointer: str
) -> None:
    screen = make_screen(world)
    body = {"action": "maintenance", "screen_ids": [screen.public_id], **WORK, **changes}

    answer = sign_in(world, "publicity").client.post(BULK, json=body)

    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]


@pytest.mark.parametrize("role", ["viewer", "venue", "reviewer", "auditor"])
def test_who_may_not_plan_does_nothing_to_many_either(world: World, role: Role) -> None:
    body = {"action": "maintenance", "screen_ids": [make_screen(world).public_id], **WORK}

    assert sign_in(world, role).client.post(BULK, json=body).status_code == 403


def test_a_venues_people_see_the_maintenance_of_their_own_venue_alone(world: World) -> None:
    street = make_unit(world, "城关街道")
    contact = sign_in(world, "venue", street)
    own = make_venue(world, unit=street, contacts=(contact.user_id,))
    other = make_venue(world, unit=street, name="别家")
    make_screen(world, venue=own)
    make_screen(world, venue=other)
    publicity = sign_in(world, "publicity", street).client
    foreign, mine = (
        publicity.post(PATH, json=WORK | {"venue_ids": [f"v_{venue}"]}).json["id"]
        for venue in (other, own)
    )

    listed = contact.client.get(PATH).json["items"]

    assert [row["id"] for row in listed] == [mine]
    assert contact.client.get(f"{PATH}/{mine}").status_code == 200
    assert contact.client.get(f"{PATH}/{foreign}").status_code == 404
    for one in (foreign, mine):
        assert contact.client.delete(f"{PATH}/{one}").status_code == 403


def test_a_unit_sees_why_the_district_excused_its_screens(world: World) -> None:
    street, elsewhere = make_unit(world, "城关街道"), make_unit(world, "公交公司")
    venue = make_venue(world, unit=street)
    make_screen(world, venue=venue)
    made = sign_in(world, "publicity").client.post(PATH, json=WORK | {"venue_ids": [f"v_{venue}"]})

    officer, stranger = sign_in(world, "viewer", street), sign_in(world, "viewer", elsewhere)

    assert [row["reason"] for row in officer.client.get(PATH).json["items"]] == ["更换主板"]
    assert stranger.client.get(PATH).json["items"] == []
    assert stranger.client.get(f"{PATH}/{made.json['id']}").status_code == 404


def test_of_many_screens_each_foreign_and_each_missing_one_is_named(world: World) -> None:
    street = make_unit(world, "城关街道")
    own = make_screen(world, venue=make_venue(world, unit=street))
    foreign = make_screen(world)
    person = sign_in(world, "publicity", street)
    many = [own.public_id] * 60

    good = person.client.post(PATH, json=WORK | {"screen_ids": many})
    bad = person.client.post(PATH, json=WORK | {"screen_ids": [*many, foreign.public_id, "s_999"]})

    assert (good.status_code, good.json["screens"]) == (201, 1)
    assert bad.status_code == 422
    assert [one["pointer"] for one in bad.json["errors"]] == ["/screen_ids/60", "/screen_ids/61"]
