"""The page that messages lead to, 报修单 for print, and what waits on the overview."""

import re
from pathlib import Path

import pytest

from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.factories.incidents import make_incident

STYLES = Path(__file__).parents[4] / "server/web/static/console/console.css"


@pytest.fixture
def admin(world: World) -> Person:
    return sign_in(world, "admin")


def text(person: Person, path: str) -> str:
    answer = person.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_link_in_a_message_leads_to_open_incidents(world: World, admin: Person) -> None:
    old = make_incident(world, make_screen(world), state="closed", open_key=None, until=5)
    dark = make_incident(world, make_screen(world, venue=make_venue(world, name="甲店")))

    shown = text(admin, "/incidents")

    assert re.findall(r'class="incident" id="(i_\d+)"', shown) == [f"i_{dark}"]
    assert "甲店 大厅屏" in shown
    assert re.findall(r'id="(i_\d+)"', text(admin, "/incidents?state=past")) == [f"i_{old}"]
    assert "现在没有未恢复的故障" in text(admin, "/incidents?code=upstream")


def test_its_duration_is_counted_from_its_begin(world: World, admin: Person) -> None:
    began_ms = world.clock.at_ms
    screen = make_screen(world)
    over = {"state": "closed", "open_key": None, "until": began_ms + 2 * 3_600_000}
    make_incident(world, screen, **over)
    make_incident(world, screen)
    world.clock.forward(3 * 3_600_000)
    someone = sign_in(world, "admin")

    assert ">已 3 小时</span>" in text(someone, "/incidents")
    assert ">历时 2 小时</span>" in text(someone, "/incidents?state=past")


@pytest.mark.slow
def test_everyone_sees_his_own_alone(world: World) -> None:
    ours, others = make_unit(world, "城关街道"), make_unit(world, "开发区")
    make_incident(world, make_screen(world, venue=make_venue(world, unit=ours, name="甲店")))
    number = make_incident(
        world, make_screen(world, venue=make_venue(world, unit=others, name="乙店"))
    )
    person = sign_in(world, "transport", ours)

    for path in ("/incidents", "/incidents/orders"):
        assert "甲店" in text(person, path)
        assert "乙店" not in text(person, path)
    assert person.client.get(f"/incidents/orders?id=i_{number}").status_code == 404
    assert person.client.get("/incidents?unit_id=u_999").status_code == 404
    assert person.client.get("/incidents?code=rumour").status_code == 422
    assert sign_in(world, "auditor").client.get("/incidents").status_code == 403


def test_a_repair_order_is_a_slip_with_room_for_ink(world: World, admin: Person) -> None:
    venue = make_venue(world, name="甲店", contact_name="王敏", contact_phone="0516-80000001")
    number = make_incident(
        world, make_screen(world, venue=venue), cause="network", firm="彭城电子",
        firm_phone="0516-81234567", dispatched_at=world.clock.at_ms,
    )  # fmt: skip
    make_incident(world, make_screen(world))

    one, both = text(admin, f"/incidents/orders?id=i_{number}"), text(admin, "/incidents/orders")

    facts = dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", one))
    assert facts["点位/车辆"] == "甲店"
    assert (facts["联系人"], facts["维修单位"], facts["原因"]) == ("王敏", "彭城电子", "网络故障")
    assert facts["起始时间"] == "2026-11-24 09:00"
    assert re.findall(r"<div>([^<]+)</div>", one)[-3:] == ["处理结果", "维修人签字", "验收人签字"]
    assert (one.count("报修单 BX"), both.count("报修单 BX")) == (1, 2)


@pytest.mark.slow
def test_unassigned_faults_wait_for_those_who_may_handle_them(world: World, admin: Person) -> None:
    number = make_incident(world, make_screen(world))
    make_incident(world, make_screen(world))
    viewer = sign_in(world, "viewer")

    assert waiting(text(admin, "/")) == ("2", "故障待接手：2 处")
    assert waiting(text(viewer, "/")) == (None, None)
    admin.client.post(f"/api/v1/incidents/i_{number}/acknowledge")
    assert waiting(text(admin, "/")) == ("1", "故障待接手：1 处")


def waiting(shown: str) -> tuple[str | None, str | None]:
    """The number in the menu, and the line that leads to the incidents."""
    count = re.search(r'<span class="count">.*?</span>(\d+)</span>', shown)
    line = re.search(r'<a href="/incidents">([^<]+)</a>', shown)
    return count and count[1], line and line[1]


def test_the_form_may_take_a_cause_and_a_person_away_again(world: World, admin: Person) -> None:
    number = make_incident(world, make_screen(world), cause="network")

    shown = text(admin, "/incidents")

    form = re.search(rf'<form data-api="PATCH /api/v1/incidents/i_{number}".*?</form>', shown, re.S)
    assert form is not None
    fields = re.findall(r'<select[^>]*name="(\w+)"( data-empty="null")?', form[0])
    assert fields == [("cause", ' data-empty="null"'), ("assignee_id", ' data-empty="null"')]
    tag = re.search(r'data-match="(\w+)"', form[0])
    assert tag is not None
    answer = admin.client.get(f"/api/v1/incidents/i_{number}")
    assert answer.headers["ETag"] == f'"{tag[1]}"'


@pytest.mark.slow
def test_a_number_plate_and_the_name_of_a_firm_stay_in_one_piece(
    world: World, admin: Person
) -> None:
    bus = make_venue(world, kind="bus", name="3 路 012 号车", vehicle="浙A·30126")
    number = make_incident(world, make_screen(world, venue=bus))
    ordered = admin.client.post(
        f"/api/v1/incidents/i_{number}/dispatch", json={"firm": "滨江显示屏维修部"}
    )

    assert ordered.status_code == 200, ordered.text
    assert '<span class="whole">已派单 滨江显示屏维修部</span>' in text(admin, "/incidents")
    for path in ("/screens?view=list", "/venues?view=list"):
        assert '<span class="faint whole">浙A·30126</span>' in text(admin, path)
    assert ".whole { display: inline-block; }" in STYLES.read_text(encoding="utf-8")


def test_what_goes_wrong_most_comes_first_and_leads_to_its_faults(world: World) -> None:
    ours, others = make_unit(world, "城关街道"), make_unit(world, "开发区")
    for code in ("offline", "impaired", "impaired"):
        make_incident(world, make_screen(world, venue=make_venue(world, unit=ours)), code)
    for _ in range(3):
        make_incident(world, make_screen(world, venue=make_venue(world, unit=others)))
    person = sign_in(world, "transport", ours)

    shown = text(person, "/incidents?lang=zh")
    found = shown.partition("近 30 天故障</h2>")[2].partition("</figure>")[0]

    assert "最多，3 次中有 2 次" in found
    links = re.findall(r'href="(/incidents[^"]*)"', found)
    assert [one.rpartition("code=")[2] for one in links] == ["impaired", "offline"]
    assert text(person, links[0].replace("&amp;", "&")).count('class="incident" id=') == 2


def test_faults_of_more_than_thirty_days_ago_are_not_counted(world: World) -> None:
    screen = make_screen(world)
    long_ago = world.clock.at_ms - 31 * 86_400_000
    for _ in range(2):
        over = {"state": "closed", "open_key": None, "until": long_ago}
        make_incident(world, screen, raised_at=long_ago, since=long_ago, **over)

    assert "近 30 天故障</h2>" not in text(sign_in(world, "admin"), "/incidents?lang=zh")
