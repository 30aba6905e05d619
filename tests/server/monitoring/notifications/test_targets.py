"""Targets by the API: who may have them, their errors, and that no secret comes out."""

from typing import Any

import pytest
from sqlalchemy import select, text

from server.accounts.models import AuditEntry
from server.monitoring.notifications.api import ALL_EVENTS
from server.monitoring.notifications.models import NotificationTarget
from tests.support.app.inventory import make_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World, make_world

KEY = "0d1c2b3a-very-secret"
HOOK = {
    "name": "值班群",
    "kind": "webhook",
    "url": f"http://10.1.2.3/robot?key={KEY}",
    "headers": {"Authorization": f"Bearer {KEY}"},
}
MAIL = {"name": "邮箱", "kind": "mail", "recipients": ["duty@example.cn"]}
SMTP = "smtp://u:p@mail.example.cn:25"
PATH = "/api/v1/notification-targets"


def test_a_target_is_made_changed_and_deleted(world: World) -> None:
    admin = sign_in(world, "admin").client
    made = admin.post(PATH, json={**HOOK, "quiet_hours": {"from": "22:00", "until": "06:30"}})
    found = f"{PATH}/{made.get_json()['id']}"

    assert made.status_code == 201
    assert made.get_json()["quiet_hours"] == {"from": "22:00", "until": "06:30"}
    assert made.get_json()["level"] == "duty"
    changed = admin.patch(found, json={"name": "夜班群", "quiet_hours": None})
    assert (changed.get_json()["name"], changed.get_json()["quiet_hours"]) == ("夜班群", None)
    assert admin.delete(found).status_code == 204
    assert admin.get(found).status_code == 404


def test_no_secret_comes_out_anywhere(world: World) -> None:
    admin = sign_in(world, "admin").client
    made = admin.post(PATH, json=HOOK)
    found = f"{PATH}/{made.get_json()['id']}"
    answers = [
        made,
        admin.get(found),
        admin.get(PATH),
        admin.patch(found, json={"url": f"http://10.1.2.4/?key={KEY}"}),
        admin.get(f"{found}/messages"),
    ]

    assert all(KEY not in one.get_data(as_text=True) for one in answers)
    assert made.get_json()["hint"] == "http://10.1.2.3/…"
    assert made.get_json()["has_headers"] is True
    with world.core.config.read() as session:
        rows = session.scalars(select(NotificationTarget)).all()
        details = [str(one.detail) for one in session.scalars(select(AuditEntry))]
    assert all(KEY not in one.secret and KEY not in one.hint for one in rows)
    assert all(KEY not in one for one in details)
    assert len(details) == 2


def test_a_change_without_the_secret_keeps_it(world: World) -> None:
    admin = sign_in(world, "admin").client
    found = f"{PATH}/{admin.post(PATH, json=HOOK).get_json()['id']}"

    assert admin.patch(found, json={"name": "新名"}).get_json()["has_headers"] is True
    assert admin.patch(found, json={"headers": {}}).get_json()["has_headers"] is False


@pytest.mark.parametrize("url", ["http://[", "http://10.1.2.3:x/", "", "ftp://10.1.2.3/"])
def test_a_change_to_an_invalid_address_is_refused(world: World, url: str) -> None:
    admin = sign_in(world, "admin").client
    found = f"{PATH}/{admin.post(PATH, json=HOOK).get_json()['id']}"

    assert admin.patch(found, json={"url": url}).status_code == 422


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("http://10.1.2.3/robot?key=another", True),
        ("http://10.1.2.4/robot", False),
        ("http://10.1.2.3:8080/robot", False),
        ("https://10.1.2.3/robot", False),
    ],
)
def test_a_token_is_not_taken_along_to_another_host(world: World, url: str, kept: bool) -> None:
    """Who may change where a message goes would read the token there, which is never shown."""
    admin = sign_in(world, "admin").client
    found = f"{PATH}/{admin.post(PATH, json=HOOK).get_json()['id']}"

    changed = admin.patch(found, json={"url": url})

    assert changed.get_json()["has_headers"] is kept
    with_new = admin.patch(found, json={"url": url, "headers": {"Authorization": "Bearer x"}})
    assert with_new.get_json()["has_headers"] is True


def test_a_target_is_tried_once_at_a_time(world: World) -> None:
    """Each try of a robot is a child of 40 MB."""
    admin = sign_in(world, "admin").client
    body = {"name": "群", "kind": "webhook", "url": "http://127.0.0.1:9/"}
    found = f"{PATH}/{admin.post(PATH, json=body).get_json()['id']}"
    assert admin.post(f"{found}/test").get_json()["state"] == "failed"

    again = admin.post(f"{found}/test")

    assert (again.status_code, again.get_json()["code"]) == (409, "too_soon")
    world.clock.forward(10_000)
    assert admin.post(f"{found}/test").status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({**HOOK, "url": ""}, "/url"),
        ({**HOOK, "url": "ftp://10.1.2.3/"}, "/url"),
        ({**HOOK, "url": "http://user:word@10.1.2.3/"}, "/url"),
        ({**HOOK, "url": "http://10.1.2.3:99999/"}, "/url"),
        ({**HOOK, "headers": {"A b": "x"}}, "/headers"),
        ({**HOOK, "headers": {"A": "x\r\nB: y"}}, "/headers"),
        ({**HOOK, "template": "{{text}}"}, "/template"),
        ({**HOOK, "template": '{"a": "{{password}}"}'}, "/template"),
        ({**HOOK, "quiet_hours": {"from": "22:00", "until": "25:00"}}, "/quiet_hours/until"),
        ({**HOOK, "events": ["rumours"]}, "/events/0"),
        ({**MAIL}, "/smtp_url"),
        ({**MAIL, "smtp_url": "http://mail.example.cn"}, "/smtp_url"),
        ({**MAIL, "smtp_url": SMTP, "recipients": []}, "/recipients"),
        ({**MAIL, "smtp_url": SMTP, "recipients": ["a@b.cn\nBcc: x@y.cn"]}, "/recipients"),
        ({"name": "机器人", "kind": "apprise", "url": "json://10.1.2.3/"}, "/url"),
        ({"name": "机器人", "kind": "apprise", "url": "syslog://"}, "/url"),
        ({"name": "机器人", "kind": "apprise", "url": "file:///etc/passwd"}, "/url"),
        ({"name": "机器人", "kind": "apprise", "url": "x"}, "/url"),
        ({"name": "机器人", "kind": "apprise", "url": "ntfy://["}, "/url"),
        ({**HOOK, "url": "http://["}, "/url"),
        ({**MAIL, "smtp_url": "smtp://["}, "/smtp_url"),
    ],
)
def test_an_error_is_shown_at_its_field(world: World, body: dict[str, Any], pointer: str) -> None:
    answer = sign_in(world, "admin").client.post(PATH, json=body)

    assert answer.status_code == 422, answer.get_json()
    assert [one["pointer"] for one in answer.get_json()["errors"]] == [pointer]
    assert KEY not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("wecombot://0123456789abcdef-0123", "wecombot://…"),
        (
            "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123-4567",
            "https://qyapi.weixin.qq.com/…",
        ),
        ("dingtalk://0123456789abcdef", "dingtalk://…"),
        (
            "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef",
            "https://oapi.dingtalk.com/…",
        ),
        ("feishu://0123-4567", "feishu://…"),
        (
            "https://open.feishu.cn/open-apis/bot/v2/hook/0123-4567",
            "https://open.feishu.cn/…",
        ),
        ("mailtos://user:word@example.com", "mailtos://…"),
    ],
)
def test_robots_are_recognised_by_their_own_addresses_too(
    world: World, url: str, hint: str
) -> None:
    body = {"name": "机器人", "kind": "apprise", "url": url}

    answer = sign_in(world, "admin").client.post(PATH, json=body)

    assert answer.status_code == 201, answer.get_json()
    assert answer.get_json()["hint"] == hint


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("admin", 201), ("publicity", 201), ("reviewer", 201), ("transport", 201),
        ("venue", 403), ("viewer", 403), ("auditor", 403),
    ],
)  # fmt: skip
def test_who_may_have_targets(world: World, role: Any, status: int) -> None:
    unit = make_unit(world)

    answer = sign_in(world, role, unit).client.post(PATH, json=HOOK)

    assert answer.status_code == status


def test_a_target_of_another_unit_is_not_there(world: World) -> None:
    here, elsewhere = make_unit(world, "城关街道"), make_unit(world, "开发区")
    ours = sign_in(world, "admin", here).client.post(PATH, json=HOOK).get_json()["id"]
    stranger = sign_in(world, "admin", elsewhere).client

    assert stranger.get(f"{PATH}/{ours}").status_code == 404
    assert stranger.post(f"{PATH}/{ours}/test").status_code == 404
    assert stranger.get(PATH).get_json()["items"] == []
    assert stranger.post(PATH, json={**HOOK, "unit_id": f"u_{here}"}).status_code == 404


def test_after_a_new_secret_key_the_address_has_to_be_entered_again(world: World) -> None:
    admin = sign_in(world, "admin").client
    found = f"{PATH}/{admin.post(PATH, json=HOOK).get_json()['id']}"
    with world.core.config.write() as session:
        session.execute(text("UPDATE notification_targets SET secret = 'gAAAAA'"))

    assert admin.get(found).status_code == 200
    assert admin.patch(found, json={"name": "新名"}).status_code == 409
    tried = admin.post(f"{found}/test").get_json()
    assert (tried["state"], "enter it again" in tried["error"]) == ("failed", True)
    assert admin.patch(found, json={"url": "http://10.1.2.3/"}).status_code == 200


def test_the_districts_mail_server_serves_targets_that_name_none(tmp_path: Any) -> None:
    world = make_world(tmp_path, smtp_url=SMTP)

    assert sign_in(world, "admin").client.post(PATH, json=MAIL).status_code == 201


def test_a_target_may_get_all_events(world: World) -> None:
    made = sign_in(world, "admin").client.post(PATH, json={**HOOK, "events": ALL_EVENTS})

    assert made.status_code == 201
    assert made.get_json()["events"] == ALL_EVENTS
