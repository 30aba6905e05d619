"""`/incidents`: lists, taking over, causes, orders of repair, scope."""

import io
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from server.accounts.models import AuditEntry
from tests.support.app.clock import HOUR_MS
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import Person, sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.factories.incidents import make_incident

PATH = "/api/v1/incidents"


@pytest.fixture
def admin(world: World) -> Person:
    return sign_in(world, "admin")


def ids(answer: Any) -> list[str]:
    return [one["id"] for one in answer.get_json()["items"]]


def test_one_states_what_where_since_when_and_what_to_do(world: World, admin: Person) -> None:
    venue = make_venue(world, name="苏C00001", vehicle="苏C00001", kind="bus")
    number = make_incident(world, make_screen(world, venue=venue), facts={"last_s": 7})
    world.clock.forward(HOUR_MS)
    sign_in_again(world, admin)

    found = admin.client.get(f"{PATH}/i_{number}").get_json()

    assert found == {
        "id": "i_1",
        "code": "offline",
        "name": "断联",
        "screen_id": "s_1",
        "venue_id": "v_1",
        "line_id": None,
        "unit_id": "u_1",
        "where": "苏C00001 大厅屏",
        "since": "2026-11-24T09:00:00+08:00",
        "until": None,
        "raised_at": "2026-11-24T09:00:00+08:00",
        "age_s": 3600,
        "state": "open",
        "facts": {"last_s": 7},
        "advice": "请检查供电、网络和播放盒；若是停电、检修或停驶，请登记免考核。",
        "cause": None,
        "assignee_id": None,
        "note": "",
        "acknowledged_by": None,
        "acknowledged_at": None,
        "order": None,
        "ends_by_itself": True,
    }


@pytest.mark.slow
def test_lists_are_narrowed_and_paged(world: World, admin: Person) -> None:
    ours, others = make_unit(world, "城关街道"), make_unit(world, "开发区")
    here, there = (
        make_screen(world, venue=make_venue(world, unit=unit)) for unit in (ours, others)
    )
    old = make_incident(world, here, state="closed", open_key=None, until=5, closed_at=5)
    dark, black = make_incident(world, here), make_incident(world, there, "impaired")

    def listed(query: str) -> list[str]:
        return ids(admin.client.get(f"{PATH}?{query}"))

    assert listed("") == [f"i_{one}" for one in (black, dark, old)]
    assert listed("state=open") == [f"i_{black}", f"i_{dark}"]
    assert listed("state=past") == [f"i_{old}"]
    assert listed("code=impaired") == [f"i_{black}"]
    assert listed(f"unit_id=u_{ours}&state=open") == [f"i_{dark}"]
    assert listed(f"screen_id={there.public_id}") == [f"i_{black}"]
    first = admin.client.get(f"{PATH}?limit=2").get_json()
    assert listed(f"limit=2&cursor={first['next']}") == [f"i_{old}"]
    assert admin.client.get(f"{PATH}?code=rumour").status_code == 422


def test_a_person_takes_it_over_once(world: World, admin: Person) -> None:
    path = f"{PATH}/i_{make_incident(world, make_screen(world))}"

    taken = admin.client.post(f"{path}/acknowledge").get_json()
    again = sign_in(world, "transport").client.post(f"{path}/acknowledge").get_json()

    assert (taken["state"], taken["acknowledged_by"]) == ("acknowledged", admin.public_id)
    assert again["acknowledged_by"] == admin.public_id
    with world.core.config.read() as session:
        noted = session.scalars(select(AuditEntry.action)).all()
    assert noted == ["incident.acknowledge"]


def test_cause_note_and_assignee(world: World, admin: Person) -> None:
    path = f"{PATH}/i_{make_incident(world, make_screen(world))}"
    helper, stranger = sign_in(world, "transport"), sign_in(world, None)
    body = {"cause": "network", "note": "光纤被挖断", "assignee_id": helper.public_id}

    changed = admin.client.patch(path, json=body)

    assert {name: changed.get_json()[name] for name in body} == body
    assert admin.client.patch(path, json={"cause": "ghosts"}).status_code == 422
    refused = admin.client.patch(path, json={"assignee_id": stranger.public_id})
    assert refused.get_json()["errors"][0]["pointer"] == "/assignee_id"
    cleared = admin.client.patch(path, json={"assignee_id": None, "cause": None}).get_json()
    assert (cleared["assignee_id"], cleared["cause"], cleared["note"]) == (None, None, "光纤被挖断")


@pytest.mark.parametrize("role", ["viewer", "auditor", "venue"])
def test_nobody_is_assigned_who_could_not_handle_it(world: World, admin: Person, role: Any) -> None:
    path = f"{PATH}/i_{make_incident(world, make_screen(world))}"
    other = sign_in(world, role).public_id

    for person in (other, "p_999", "somebody", "u_1"):
        refused = admin.client.patch(path, json={"assignee_id": person})
        assert refused.status_code == 422, person
        assert refused.get_json()["errors"][0]["pointer"] == "/assignee_id"


def test_an_etag_is_of_what_people_change(world: World, admin: Person) -> None:
    path = f"{PATH}/i_{make_incident(world, make_screen(world))}"
    tag = admin.client.get(path).headers["ETag"]
    world.clock.forward(60_000)

    assert admin.client.get(path).headers["ETag"] == tag
    first = admin.client.patch(path, json={"note": "一"}, headers={"If-Match": tag})
    second = admin.client.patch(path, json={"note": "二"}, headers={"If-Match": tag})
    assert (first.status_code, second.status_code) == (200, 412)


def test_repair_is_ordered_from_a_firm_and_is_on_its_sheet(world: World, admin: Person) -> None:
    venue = make_venue(world, contact_name="王敏", contact_phone="0516-80000001")
    path = f"{PATH}/i_{make_incident(world, make_screen(world, venue=venue))}"
    order = {"firm": "=彭城电子", "phone": "0516-81234567", "note": "自带梯子"}

    done = admin.client.post(f"{path}/dispatch", json=order).get_json()
    sheet = admin.client.get(f"{PATH}.xlsx?state=open")

    assert done["state"] == "acknowledged"
    assert done["order"] == {**order, "at": "2026-11-24T09:00:00+08:00"}
    book = openpyxl.load_workbook(io.BytesIO(sheet.data))
    rows = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr] # it has one
    one = dict(zip(rows[0], rows[1], strict=True))
    assert (one["单号"], one["故障"], one["联系电话"]) == ("BX000001", "断联", "0516-****0001")
    assert (one["维修单位"], one["说明"], one["验收人签字"]) == ("=彭城电子", "自带梯子", "")
    assert len(rows) == 2


def test_what_ends_by_itself_is_closed_by_nobody(world: World, admin: Person) -> None:
    screen = make_screen(world)
    offline, copy = make_incident(world, screen), make_incident(world, screen, "clone_suspected")

    assert admin.client.post(f"{PATH}/i_{offline}/close").get_json()["code"] == "ends_by_itself"
    assert admin.client.post(f"{PATH}/i_{copy}/close").get_json()["state"] == "closed"
    assert admin.client.post(f"{PATH}/i_{copy}/acknowledge").get_json()["code"] == "closed"


def test_a_closed_one_still_takes_its_cause(world: World, admin: Person) -> None:
    number = make_incident(
        world, make_screen(world), state="closed", open_key=None, until=5, closed_at=5
    )

    changed = admin.client.patch(f"{PATH}/i_{number}", json={"cause": "power"})

    assert changed.get_json()["cause"] == "power"


@pytest.mark.parametrize(
    ("role", "reads", "acts"),
    [
        ("admin", 200, 200), ("publicity", 200, 200), ("reviewer", 200, 200),
        ("transport", 200, 200), ("viewer", 200, 403), ("auditor", 403, 403),
    ],
)  # fmt: skip
def test_who_may_read_and_take_over(world: World, role: Any, reads: int, acts: int) -> None:
    path = f"{PATH}/i_{make_incident(world, make_screen(world))}"
    person = sign_in(world, role).client

    assert person.get(path).status_code == reads
    assert person.post(f"{path}/acknowledge").status_code == acts


def test_a_venues_people_see_their_own_and_no_fault_upstream(world: World) -> None:
    keeper = sign_in(world, "venue")
    own = make_screen(world, venue=make_venue(world, contacts=(keeper.user_id,)))
    mine, other = make_incident(world, own), make_incident(world, make_screen(world))
    shared = make_incident(
        world, own, "upstream", screen_id=None, venue_id=None, open_key="upstream::5"
    )

    assert ids(keeper.client.get(PATH)) == [f"i_{mine}"]
    assert keeper.client.get(f"{PATH}/i_{other}").status_code == 404
    assert keeper.client.get(f"{PATH}/i_{shared}").status_code == 404
    assert keeper.client.post(f"{PATH}/i_{mine}/acknowledge").status_code == 403


def test_a_venue_that_moved_takes_its_incidents_along(world: World) -> None:
    before, after = make_unit(world, "城关街道"), make_unit(world, "开发区")
    venue = make_venue(world, unit=before)
    number = make_incident(world, make_screen(world, venue=venue))
    admin = sign_in(world, "admin")
    admin.client.patch(f"/api/v1/venues/v_{venue}", json={"unit_id": f"u_{after}"})

    assert ids(sign_in(world, "admin", after).client.get(PATH)) == [f"i_{number}"]
    assert ids(sign_in(world, "admin", before).client.get(PATH)) == []
    assert admin.client.get(f"{PATH}/i_{number}").get_json()["unit_id"] == f"u_{after}"
