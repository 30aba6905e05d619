"""设置 → 通知对象: the pages' contents by role, without any secret."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from server.accounts.roles import Role
from server.monitoring.incidents.catalogue import CODES
from server.monitoring.notifications import schemas as notification_schemas
from server.monitoring.notifications.failure_texts import in_words
from server.monitoring.notifications.labels import EVENTS, KINDS, LANGUAGES, LEVELS, STATES
from server.monitoring.notifications.models import Message
from server.web.helpers import PAGE_SIZE
from tests.support.app.inventory import make_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World, make_world
from tests.support.factories.notification_sinks import WebhookSink, webhook_sink

API = "/api/v1/notification-targets"
PAGE = "/settings/notifications"
KEY = "0d1c2b3a-very-secret"
NOWHERE = "http://127.0.0.1:9/robot"
HOOK = {
    "name": "值班群",
    "kind": "webhook",
    "url": f"{NOWHERE}?key={KEY}",
    "headers": {"Authorization": f"Bearer {KEY}"},
}
ROBOT = {"name": "群", "kind": "apprise", "url": f"wecombot://{KEY}"}
SMTP = "smtp://u:p@mail.example.cn:25"
MAIL = {"name": "邮箱", "kind": "mail", "recipients": ["duty@example.cn"], "smtp_url": SMTP}


@pytest.fixture
def sink() -> Iterator[WebhookSink]:
    with webhook_sink() as opened:
        yield opened


def made(person: Person, **body: Any) -> str:
    answer = person.client.post(API, json={**HOOK, **body})
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["id"])


def tried(person: Person, target: str) -> str:
    return str(person.client.post(f"{API}/{target}/test").get_json()["id"])


def words(person: Person, path: str) -> str:
    """The main part of a page as it is read."""
    page = person.client.get(path).text.split("<main")[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def ticked(page: str, name: str) -> list[str]:
    boxes = re.findall(rf'name="{re.escape(name)}" value="([^"]*)" (checked)?', page)
    return [value for value, on in boxes if on]


def test_without_any_it_explains_what_one_is_for_and_what_happens_without(world: World) -> None:
    page = sign_in(world, "admin").client.get(PAGE).text

    assert "还没有通知对象" in page
    assert "没有通知对象时，故障只记在" in page
    assert f'href="{PAGE}/new"' in page


def test_the_list_shows_address_events_and_hours(world: World) -> None:
    unit = make_unit(world, "公交公司")
    admin = sign_in(world, "admin")
    made(
        admin,
        unit_id=f"u_{unit}",
        level="unit",
        events=["raised", "digest"],
        codes=["offline"],
        quiet_hours={"from": "22:00", "until": "06:30"},
    )

    page = words(admin, PAGE)

    for text in ("值班群", "回调地址", "公交公司", "久未恢复时", "22:00–06:30"):
        assert text in page
    assert "故障发生、每日摘要 只限 断联" in page
    assert "还没有发过" in page


@pytest.mark.slow
def test_the_list_shows_the_last_message_of_each_and_why_it_failed(
    world: World, sink: WebhookSink
) -> None:
    admin = sign_in(world, "admin")
    tried(admin, made(admin, name="好的", url=sink.url))
    tried(admin, made(admin, name="坏的"))
    made(admin, name="停的", active=False)

    rows = {row[:2]: row for row in re.split(r"(?=好的|坏的|停的)", words(admin, PAGE))}

    assert "已发出 2026-11-24 09:00" in rows["好的"]
    assert "发送失败 2026-11-24 09:00 请核对地址" in rows["坏的"]
    assert "已停用 还没有发过" in rows["停的"]


@pytest.mark.parametrize("kind", ["apprise", "webhook", "mail"])
def test_each_way_has_its_own_form(world: World, kind: str) -> None:
    page = sign_in(world, "admin").client.get(f"{PAGE}/new?kind={kind}").text

    fields = set(re.findall(r'name="([^"]+)"', page))
    own = {"apprise": {"url"}, "webhook": {"url", "headers", "template"}}
    mail = {f"smtp.{one}" for one in ("host", "port", "security", "user", "password", "sender")}
    mine = own.get(kind, {"recipients", *mail})
    assert fields & {"url", "headers", "template", "recipients", "smtp_url", *mail} == mine
    assert f'name="kind" value="{kind}"' in page
    assert 'data-api="POST /api/v1/notification-targets"' in page


def test_a_new_target_gets_all_events_by_default(world: World) -> None:
    page = sign_in(world, "admin").client.get(f"{PAGE}/new?kind=unheard-of").text

    assert 'name="kind" value="apprise"' in page
    assert ticked(page, "events[]") == ["raised", "recovered", "digest", "halted", "approval"]
    assert ticked(page, "codes[]") == []
    assert {name for name in CODES if f'value="{name}"' in page} == set(CODES)
    assert all(kind.name.zh in page for kind in CODES.values())


def test_the_form_has_the_stored_values_and_their_tag(world: World) -> None:
    admin = sign_in(world, "admin")
    quiet = {"from": "22:00", "until": "06:30"}
    given = {"events": ["raised"], "codes": ["offline", "flapping"], "quiet_hours": quiet}
    target = made(admin, **given, template='{"a": "{{text}}"}', digest_at="07:15", language="en")

    page = admin.client.get(f"{PAGE}/{target}").text

    assert ticked(page, "events[]") == ["raised"]
    assert ticked(page, "codes[]") == ["offline", "flapping"]
    for value in ("值班群", "22:00", "06:30", "07:15"):
        assert f'value="{value}"' in page
    assert "{&#34;a&#34;: &#34;{{text}}&#34;}" in page
    assert '<option value="en" selected>' in page
    tag = re.findall(r'data-match="([^"]+)"', page)
    assert set(tag) == {admin.client.get(f"{API}/{target}").headers["ETag"].strip('"')}
    assert f'data-api="PATCH {API}/{target}"' in page


@pytest.mark.parametrize("body", [HOOK, ROBOT, MAIL])
def test_no_secret_is_on_any_page_and_empty_fields_keep_it(
    world: World, body: dict[str, Any]
) -> None:
    admin = sign_in(world, "admin")
    target = admin.client.post(API, json=body).get_json()
    if body is HOOK:
        tried(admin, target["id"])

    pages = [admin.client.get(path).text for path in (PAGE, f"{PAGE}/{target['id']}")]

    assert all(KEY not in page and "u:p@" not in page for page in pages)
    kept = f"现为 {target['hint']}，不再显示全文；留空则不改"
    assert ("已保存，不再显示；留空则不改" if body is MAIL else kept) in pages[1]
    name = "smtp.password" if body is MAIL else "url"
    field = re.search(rf'<input [^>]*name="{name}" type="\w+" value="([^"]*)"([^>]*)>', pages[1])
    assert field is not None
    assert field[1] == ""
    assert "required" not in field[2]


def test_headers_can_be_taken_away_only_where_there_are_some(world: World) -> None:
    admin = sign_in(world, "admin")

    def page(target: str) -> str:
        return admin.client.get(f"{PAGE}/{target}").text

    assert "删除全部请求头" in page(made(admin))
    assert "删除全部请求头" not in page(made(admin, headers={}))


@pytest.mark.slow
def test_the_districts_mail_server_is_named_where_there_is_one(world: World, tmp_path: Any) -> None:
    without = sign_in(world, "admin")
    own = make_world(tmp_path / "own", smtp_url=SMTP)
    within = sign_in(own, "admin")

    assert "就用全区的邮件服务器" not in words(without, f"{PAGE}/new?kind=mail")
    assert "就用全区的邮件服务器" in words(within, f"{PAGE}/new?kind=mail")
    for person, offered in ((without, False), (within, True)):
        target = person.client.post(API, json=MAIL).get_json()["id"]
        assert ("改用全区的邮件服务器" in words(person, f"{PAGE}/{target}")) is offered


@pytest.mark.slow
def test_the_result_of_a_test_is_in_words(world: World, sink: WebhookSink) -> None:
    admin = sign_in(world, "admin")
    good, bad = made(admin, url=sink.url), made(admin)

    assert f'data-then="{PAGE}/{good}?tried={{id}}"' in admin.client.get(f"{PAGE}/{good}").text
    assert "测试消息已发出" in words(admin, f"{PAGE}/{good}?tried={tried(admin, good)}")
    failed = words(admin, f"{PAGE}/{bad}?tried={tried(admin, bad)}")
    assert "测试消息没有送达。请核对地址、密钥和模板" in failed
    assert "测试消息没有送达" not in words(admin, f"{PAGE}/{bad}?tried=q_999")


def test_the_log_is_paged_with_state_tries_and_reason(world: World) -> None:
    admin = sign_in(world, "admin")
    target = made(admin)
    with world.core.config.write() as session:
        session.add_all(_old(number, world.clock.now_ms()) for number in range(PAGE_SIZE + 1))

    page = admin.client.get(f"{PAGE}/{target}").text
    rest = re.search(rf'href="({PAGE}/{target}\?cursor=[^"]+)"', page)

    assert rest is not None
    assert "第 1 条" in page
    assert "第 0 条" not in page
    read = words(admin, rest[1])
    assert "故障发生 第 0 条 断联了 发送失败 8 对方的服务器出错（HTTP 503）" in read
    assert "第 1 条" not in read


def test_a_message_is_shown_with_its_lines_and_its_title_once(world: World) -> None:
    admin = sign_in(world, "admin")
    target, now_ms = made(admin), world.clock.now_ms()
    text = f"屏幕断联\n点位：云来宾馆\n{'长' * 500}"
    with world.core.config.write() as session:
        session.add(
            Message(
                target_id=1,
                kind="raised",
                occasion="x",
                title="屏幕断联",
                text=text,
                fields={},
                state="failed",
                attempts=1,
                error="HTTP 503",
                created_at=now_ms,
            )
        )

    page = admin.client.get(f"{PAGE}/{target}").text
    body = page.partition('message-body">')[2].partition("</span>")[0]

    assert body.startswith("点位：云来宾馆\n长")
    assert body.endswith("长…")
    assert page.count("屏幕断联") == 1


def test_addresses_of_machines_are_folded_under_settings_for_technicians(world: World) -> None:
    page = sign_in(world, "admin").client.get(f"{PAGE}/new?kind=apprise").text
    plain, _, folded = page.partition("高级设置（技术人员）")

    assert "://" in folded.partition("</details>")[0]
    assert "pushplus" not in plain
    assert "dingtalk" not in plain


def _old(number: int, now_ms: int) -> Message:
    text = {"title": f"第 {number} 条", "text": "断联了", "fields": {}}
    ended = {"state": "failed", "attempts": 8, "error": "HTTP 503", "created_at": now_ms}
    return Message(target_id=1, kind="raised", occasion=f"old:{number}", **text, **ended)


def test_whatever_a_target_or_message_may_be_has_a_name() -> None:
    target, message = (
        notification_schemas.NotificationTarget.model_fields,
        notification_schemas.Message.model_fields,
    )

    assert set(LEVELS) == set(get_args(target["level"].annotation))
    assert set(LANGUAGES) == set(get_args(target["language"].annotation))
    assert set(EVENTS) == set(get_args(get_args(target["events"].annotation)[0]))
    assert set(KINDS) == set(get_args(message["kind"].annotation))
    assert set(STATES) == set(get_args(message["state"].annotation))


@pytest.mark.parametrize(
    ("why", "zh", "en"),
    [
        ("", "", ""),
        ("HTTP 403", "对方不允许访问（HTTP 403）", "Access was refused (HTTP 403)"),
        ("HTTP 404", "对方没有这个地址", "no such address"),
        ("HTTP 200, errcode 93000", "错误码 93000", "error code 93000"),
        ("HTTP 302: redirects aren't followed", "系统不跟随", "isn't followed"),
        ("gaierror: Name or service not known", "找不到这台主机", "no such host"),
        ("TimeoutError: timed out", "没有及时应答", "No answer in time"),
        ("SSLCertVerificationError", "证书可能不受信任", "certificate"),
        ("OSError: No route to host", "网络不通", "can't be reached"),
        ("SMTP: user or password refused", "授权码", "app password"),
        ("SMTP: gaierror", "找不到这台邮件服务器", "no such mail server"),
        ("SMTP: SSLCertVerificationError", "证书不受信任", "certificate isn't trusted"),
        ("SMTP: SSLError", "加密方式与端口不符", "security and port don't match"),
        ("SMTP: sender refused", "不允许用这个发件人", "refused the sender"),
        ("SMTP: TimeoutError", "没有应答", "doesn't answer"),
        ("SMTP 550", "代码 550", "code 550"),
        ("refused for a@b.cn, c@d.cn", "a@b.cn, c@d.cn", "a@b.cn, c@d.cn"),
        ("KeyError", "原因：KeyError", "Reason: KeyError"),
    ],
)
def test_why_a_message_failed_is_shown_in_both_languages(why: str, zh: str, en: str) -> None:
    assert zh in in_words(why, "zh_CN")
    assert en in in_words(why, "en")


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("admin", True), ("publicity", True), ("reviewer", True), ("transport", True),
        ("venue", False), ("viewer", False), ("auditor", False),
    ],
)  # fmt: skip
def test_who_may_have_targets_finds_the_pages_from_the_settings(
    world: World, role: Role, may: bool
) -> None:
    target = made(sign_in(world, "admin"))
    person = sign_in(world, role)

    statuses = {person.client.get(f"{PAGE}{rest}").status_code for rest in ("", "/new")}
    statuses.add(person.client.get(f"{PAGE}/{target}").status_code)
    linked = f'href="{PAGE}"' in person.client.get("/settings").text
    assert (statuses, linked) == (({200}, True) if may else ({403}, False))


def test_a_target_of_another_unit_is_not_there(world: World) -> None:
    here, elsewhere = make_unit(world, "城关街道"), make_unit(world, "开发区")
    ours = made(sign_in(world, "admin", here))
    stranger = sign_in(world, "admin", elsewhere)

    assert f"{PAGE}/{ours}" not in stranger.client.get(PAGE).text
    assert stranger.client.get(f"{PAGE}/{ours}").status_code == 404


def test_the_pages_are_there_in_english_too(world: World) -> None:
    admin = sign_in(world, "admin")
    target = made(admin)

    for path in (PAGE, f"{PAGE}/new?kind=mail", f"{PAGE}/{target}"):
        page = words(admin, f"{path}?lang=en" if "?" not in path else f"{path}&lang=en")
        found = set(re.findall(r"[一-鿿]+", page))
        assert found <= {"值班群", "中文", "本区"}, path
