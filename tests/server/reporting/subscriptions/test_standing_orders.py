"""Who may schedule reports, change schedules, and the refusals in words."""

from typing import Any

import pytest

from server.inventory.venues.models import Line
from tests.support.app.clock import DAY_MS
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.office_api import open_office
from tests.support.app.people import Person, sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.factories.assets import make_asset
from tests.support.reporting.subscriptions import SCHEDULES, files_of, let_pass, subscribe


@pytest.fixture
def reader(world: World) -> Person:
    return sign_in(world, "publicity", unit=make_unit(world, "卫健科"))


@pytest.mark.parametrize(
    "role", ["admin", "publicity", "reviewer", "transport", "venue", "viewer", "auditor"]
)
def test_readers_of_reports_may_schedule_them(world: World, role: Any) -> None:
    person = sign_in(world, role)

    made = subscribe(person, "weekly", group_by="day", filters={"venue_kind": "bank"})

    assert made["filters"] == {"venue_kind": "bank"}
    assert person.client.get(SCHEDULES).json["items"] == [made]
    assert person.client.get(f"{SCHEDULES}/{made['id']}").json == made


def test_a_visitor_and_a_person_without_role_order_nothing(world: World) -> None:
    body = {"kind": "daily"}

    assert world.visitor().post(SCHEDULES, json=body).status_code == 401
    assert sign_in(world, None).client.post(SCHEDULES, json=body).status_code == 403


@pytest.mark.slow
def test_nobody_sees_another_person_s_an_administrator_neither(
    world: World, reader: Person
) -> None:
    made = subscribe(reader)
    let_pass(world, 2 * DAY_MS, reader)
    file = files_of(reader, made)[0]["id"]
    path = f"{SCHEDULES}/{made['id']}"
    calls = [
        ("GET", path), ("PATCH", path), ("DELETE", path), ("GET", f"{path}/files"),
        ("GET", f"{path}/files/{file}"), ("POST", f"{path}/files/{file}/retry"),
    ]  # fmt: skip

    for other in (sign_in(world, "admin"), sign_in(world, "viewer", reader.unit_id)):
        assert other.client.get(SCHEDULES).json["items"] == []
        own = subscribe(other)
        for method, address in calls:
            body = {} if method in ("PATCH", "POST") else None
            answer = other.client.open(address, method=method, json=body)
            missing = other.client.open(
                address.replace(made["id"], "j_999"), method=method, json=body
            )
            assert (answer.status_code, answer.json) == (404, missing.json), (method, address)
        crossed = other.client.get(f"{SCHEDULES}/{own['id']}/files/{file}")
        assert crossed.status_code == 404


def test_a_schedule_is_changed_paused_and_taken_up_again(world: World, reader: Person) -> None:
    made = subscribe(reader)
    path = f"{SCHEDULES}/{made['id']}"

    later = reader.client.patch(path, json={"hour": 17, "group_by": "screen"}).json
    assert (later["hour"], later["group_by"], later["kind"]) == (17, "screen", "daily")
    assert later["next"]["at"] == "2026-11-25T17:00:00+08:00"

    paused = reader.client.patch(path, json={"active": False}).json
    assert (paused["active"], paused["next"]) == (False, None)
    let_pass(world, 3 * DAY_MS, reader)
    assert files_of(reader, made) == []

    again = reader.client.patch(path, json={"active": True}).json
    assert again["next"]["from"] == "2026-11-27", "what was missed on purpose isn't made up"


def test_an_update_from_an_old_reading_is_refused(reader: Person) -> None:
    made = subscribe(reader)
    path = f"{SCHEDULES}/{made['id']}"
    tag = reader.client.get(path).headers["ETag"]
    reader.client.patch(path, json={"hour": 9})

    for method in ("PATCH", "DELETE"):
        answer = reader.client.open(path, method=method, json={}, headers={"If-Match": tag})
        assert (answer.status_code, answer.json["code"]) == (412, "changed")


@pytest.mark.slow
def test_one_of_which_nothing_was_made_can_be_deleted_others_are_paused(
    world: World, reader: Person
) -> None:
    fresh, used = subscribe(reader, "monthly"), subscribe(reader)
    let_pass(world, DAY_MS, reader)

    kept = reader.client.delete(f"{SCHEDULES}/{used['id']}")

    assert reader.client.delete(f"{SCHEDULES}/{fresh['id']}").status_code == 204
    assert (kept.status_code, kept.json["code"]) == (409, "in_use")
    assert "暂停" in kept.json["detail"]
    assert [one["id"] for one in reader.client.get(SCHEDULES).json["items"]] == [used["id"]]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/kind"),
        ({"kind": "hourly"}, "/kind"),
        ({"kind": "daily", "hour": 24}, "/hour"),
        ({"kind": "daily", "hour": -1}, "/hour"),
        ({"kind": "daily", "hour": "八点"}, "/hour"),
        ({"kind": "daily", "group_by": "weather"}, "/group_by"),
        ({"kind": "daily", "filters": {"venue_kind": "moon"}}, "/filters/venue_kind"),
        ({"kind": "daily", "filters": {"colour": "red"}}, "/filters/colour"),
        ({"kind": "daily", "to": "someone@example.org"}, "/to"),
    ],
)
def test_what_can_t_be_ordered_is_named(reader: Person, body: dict[str, Any], pointer: str) -> None:
    answer = reader.client.post(SCHEDULES, json=body)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]


def test_a_foreign_filter_is_answered_like_a_missing_one(world: World, reader: Person) -> None:
    foreign = make_unit(world, "市监分局")
    made = subscribe(reader)
    for unit in (f"u_{foreign}", "u_999", "nonsense"):
        body = {"kind": "daily", "filters": {"unit_id": unit}}
        assert reader.client.post(SCHEDULES, json=body).status_code == 404
        changed = reader.client.patch(f"{SCHEDULES}/{made['id']}", json=body)
        assert changed.status_code == 404


@pytest.mark.slow
def test_there_are_at_most_20_a_person(reader: Person) -> None:
    for _ in range(20):
        subscribe(reader)

    answer = reader.client.post(SCHEDULES, json={"kind": "daily"})

    assert (answer.status_code, answer.json["code"]) == (409, "enough")
    assert "新建定时报表" not in reader.client.get("/reports/schedules").text


def test_the_audit_trail_has_each_schedule(world: World, reader: Person) -> None:
    made = subscribe(reader, "weekly")

    entry = sign_in(world, "admin").client.get("/api/v1/audit").json["items"][0]

    assert (entry["action"], entry["object"]) == ("report_schedule.create", made["id"])
    assert entry["detail"]["kind"] == "weekly"


@pytest.mark.slow
def test_the_page_shows_that_nothing_is_sent_and_takes_over_how_a_report_was_narrowed(
    world: World, reader: Person
) -> None:
    page = reader.client.get("/reports/schedules?unit_id=u_2&group_by=screen").text

    assert "目前不会发送通知" in page
    assert "还没有定时报表" in page
    assert '<option value="u_2" selected>' in page
    assert '<option value="screen" selected>' in page
    report = reader.client.get("/reports?unit_id=u_2&group_by=venue").text
    assert "/reports/schedules?group_by=venue&amp;unit_id=u_2" in report


@pytest.mark.slow
def test_the_page_lists_schedules_in_words_in_both_languages(world: World, reader: Person) -> None:
    subscribe(reader, "monthly", filters={"unit_id": "u_2"}, group_by="venue")

    page = reader.client.get("/reports/schedules").text
    assert "月报" in page
    assert "按点位分组 · 卫健科" in page
    assert "2026-12-01 08:00" in page
    assert "Monthly" in reader.client.get("/reports/schedules?lang=en").text


@pytest.mark.slow
@pytest.mark.parametrize("name", ["unit_id", "territory_id", "venue_id", "screen_id", "line_id"])
def test_the_page_names_nothing_outside_the_scope(world: World, reader: Person, name: str) -> None:
    foreign = make_unit(world, "绝密单位")
    venue = make_venue(world, unit=foreign, name="绝密点位")
    screen = make_screen(world, venue=venue)
    with world.core.config.write() as session:
        line = Line(unit_id=foreign, name="绝密线路", created_at=world.clock.now_ms())
        session.add(line)
        session.flush()
        ids = {"venue_id": f"v_{venue}", "screen_id": screen.public_id, "line_id": f"n_{line.id}"}
    own = sign_in(world, "viewer", unit=foreign)

    path = f"/reports/schedules?{name}={ids.get(name, f'u_{foreign}')}"

    assert "绝密" not in reader.client.get(path).text
    assert "绝密" in own.client.get(path).text


@pytest.mark.slow
def test_a_schedule_does_not_reveal_the_name_of_a_foreign_campaign(
    world: World, reader: Person
) -> None:
    office = open_office(world)
    asset = make_asset(world, author=office.publicity.user_id)
    campaign = office.publish(asset, name="绝密行动")
    sign_in_again(world, reader)
    for wanted in (campaign, "k_999"):
        subscribe(reader, filters={"campaign_id": wanted})

    page = reader.client.get("/reports/schedules").text

    assert "绝密行动" not in page
    assert f"· {campaign}" in page
    assert "· k_999" in page
    subscribe(office.reviewer, filters={"campaign_id": campaign})
    assert "· 绝密行动" in office.reviewer.client.get("/reports/schedules").text
