"""The audit trail as a page: in words of both languages, narrowed by person, matter and days."""

import re
from datetime import UTC, datetime

import pytest

from server.accounts.audit_log.nouns import NOUNS, kind_label
from server.accounts.audit_log.record import record
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS
from tests.support.app.inventory import make_screen, make_unit, make_venue, root_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World


def rows_of(person: Person, query: str = "") -> list[str]:
    """The rows of the page as text, newest first."""
    page = person.client.get(f"/settings/audit{query}").text
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    # A name is within its marks, whatever tags are around it.
    bare = re.sub(r"(“)<[^>]+>|<[^>]+>(”)", lambda mark: mark[1] or mark[2], body)
    return [re.sub(r"<[^>]+>", " ", row) for row in bare.split("</tr>") if row.strip()]


def spell(from_ms: int, until_ms: int) -> dict[str, str]:
    """From then until then, as the API reads it."""
    ends = (datetime.fromtimestamp(one / 1000, UTC).isoformat() for one in (from_ms, until_ms))
    return dict(zip(("from", "until"), ends, strict=True))


@pytest.fixture
def admin(world: World) -> Person:
    """An administrator who made two units and a person, one of them a day later."""
    zhang = sign_in(world, "admin", username="zhang")
    zhang.client.post("/api/v1/units", json={"name": "甲"})
    body = {"username": "wang", "password": "correct-horse-7", "roles": ["viewer"]}
    made = zhang.client.post("/api/v1/users", json=body).get_json()["id"]
    zhang.client.patch(f"/api/v1/users/{made}", json={"password": "other-horse-9"})
    return zhang


def test_words_are_chinese_and_english() -> None:
    for noun in NOUNS.values():
        assert re.search("[\u4e00-\u9fff]", noun.zh), noun
        assert not re.search("[\u4e00-\u9fff]", noun.en), noun


def test_an_entry_shows_who_did_what_to_which_object(admin: Person) -> None:
    changed, made, unit = rows_of(admin)[:3]

    assert "修改了账号“wang”" in changed
    assert "改动：密码" in changed
    assert "新建了账号“wang”" in made
    assert "用户名：wang" in made
    assert "p_" in made.partition("详情")[2]
    assert "新建了责任单位“甲”" in unit


def test_the_same_in_english(admin: Person) -> None:
    changed, made = rows_of(admin, "?lang=en")[:2]

    assert "changed account “wang”" in changed
    assert "changed: password" in changed
    assert "made account “wang”" in made
    assert "user name: wang" in made


def test_it_is_narrowed_to_a_person_by_a_part_of_his_name(world: World, admin: Person) -> None:
    other = sign_in(world, "admin", username="other", unit=make_unit(world, "乙"))
    other.client.patch("/api/v1/me", json={"name": "某人"})

    assert {"zhang" in row for row in rows_of(admin, "?who=HAN")} == {True}
    assert len(rows_of(admin, "?who=某")) == 1
    assert rows_of(admin, "?who=%25") == []


def test_it_is_narrowed_to_a_matter(admin: Person) -> None:
    assert len(rows_of(admin, "?about=unit")) == 1
    assert len(rows_of(admin, "?about=user")) == 2
    assert rows_of(admin, "?about=us") == []


def test_it_is_narrowed_to_days_of_the_districts_clock(world: World, admin: Person) -> None:
    world.clock.forward(DAY_MS)
    late = sign_in(world, "admin", username="late")
    late.client.post("/api/v1/units", json={"name": "丙"})

    assert len(rows_of(late, "?from=2026-11-24&to=2026-11-24")) == 3
    assert len(rows_of(late, "?from=2026-11-25")) == 1
    assert len(rows_of(late, "?to=2026-11-23")) == 0


@pytest.mark.parametrize("query", ["from=yesterday", "to=9999-12-31", "from=0001-01-01"])
def test_a_day_that_is_none_is_named(admin: Person, query: str) -> None:
    answer = admin.client.get(f"/settings/audit?{query}")

    assert answer.status_code == 422
    assert "日期请写成" in answer.text


def test_the_filter_stays_and_an_empty_answer_leads_back(admin: Person) -> None:
    page = admin.client.get("/settings/audit?who=nobody&about=campaign").text

    assert 'value="nobody"' in page
    assert '<option value="campaign" selected>' in page
    assert "没有符合条件的记录" in page
    assert 'href="/settings/audit"' in page


def test_objects_are_named_by_their_kind() -> None:
    assert [one.zh for one in map(kind_label, ("k_7", "y_1", "B_2", "lp_3")) if one] == [
        "宣传任务",
        "播放记录导出",
        "批量操作",
        "LED 素材包",
    ]
    assert kind_label("plan") is None


@pytest.mark.slow
def test_things_are_called_by_name_and_by_id_only_once_they_are_gone(
    world: World, admin: Person
) -> None:
    venue = make_venue(world, name="建设银行城关支行")
    made = admin.client.post("/api/v1/screens", json={"venue_id": f"v_{venue}", "name": "营业厅"})
    screen = made.get_json()["id"]
    draft = make_venue(world, name="要撤的点位")
    admin.client.patch(f"/api/v1/venues/v_{draft}", json={"address": "东街 1 号"})

    before = rows_of(admin)
    admin.client.delete(f"/api/v1/venues/v_{draft}")
    after = rows_of(admin)

    assert any("新建了显示屏“建设银行城关支行 营业厅”" in row for row in before)
    assert not any(screen in row.partition("详情")[0] for row in before)
    assert "点位“要撤的点位”" in before[0]
    assert [f"点位“v_{draft}”" in row for row in after[:2]] == [True, True]
    assert "名称：要撤的点位" in after[0]


@pytest.mark.slow
def test_an_object_without_a_name_is_called_by_its_content(world: World, admin: Person) -> None:
    venue = make_venue(world, name="云来宾馆")
    screen = make_screen(world, venue=venue, name="前台").public_id
    post, where = admin.client.post, {"screen_ids": [screen]}
    now = world.clock.now_ms()
    work = {**where, **spell(now + MINUTE_MS, now + HOUR_MS), "reason": "换灯"}
    days = {"from": "2026-11-22", "to": "2026-11-23", "unit_ids": [f"u_{root_unit(world)}"]}
    key = {"unit_id": days["unit_ids"][0], "venue_kind": "bus", "uses": 9}
    key["expires_at"] = work["until"]
    lin = sign_in(world, "reviewer", username="lin")
    shift = {"user_id": f"p_{lin.user_id}", "days": [1], "from": "08:30", "until": "18:00"}
    made = [
        post("/api/v1/stop", json={"selector": where, "mode": "safe"}),
        post("/api/v1/maintenance", json=work),
        post("/api/v1/screens/bulk", json={**where, "action": "reload"}),
        post("/api/v1/assessment-packs", json=days),
        post("/api/v1/report-schedules", json={"kind": "weekly"}),
        post("/api/v1/enrolment-keys", json=key),
        post("/api/v1/duty-shifts", json=shift),
    ]

    page = [row.partition("详情")[0] for row in rows_of(admin)]

    assert [one.status_code < 300 for one in made] == [True] * 7, [one.text for one in made]
    shown = " ".join(page)
    assert "一键停播：“云来宾馆 前台”" in shown
    assert "登记了检修“云来宾馆 前台”" in shown
    assert "批量操作了显示屏“重新加载 云来宾馆 前台”" in shown
    assert "考核材料“11-22 至 11-23”" in shown
    assert "定时报表“周报”" in shown
    assert "值班班次“reviewer" in shown
    assert re.search(r"批量接入码“(?!e_)\S", shown)
    assert not re.search(r"\b[xwBgfjed]_\d", shown)


def test_an_object_without_name_and_id_is_called_by_its_noun(world: World) -> None:
    with world.core.config.write() as session:
        record(session, world.clock.now_ms(), None, "spot_check.plan", "plan", per_day=3)

    row = rows_of(sign_in(world, "admin"))[-1].partition("详情")[0]

    assert "修改抽查计划" in row
    assert "plan" not in row


def test_who_acts_on_his_own_account_is_not_named_twice(world: World, admin: Person) -> None:
    with world.core.config.write() as session:
        own = world.clock.now_ms(), admin.user_id, "session.create", f"p_{admin.user_id}"
        record(session, *own, ip="10.0.0.7")

    signed_in = rows_of(admin)[0].partition("详情")[0]
    assert signed_in.count("zhang") == 1
    assert "（zhang） 登录" in signed_in
