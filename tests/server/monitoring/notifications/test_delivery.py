"""Messages on their way: over real sockets, tried again, and without any secret in a log."""

import re
import socket
import threading
import time
from typing import Any

import pytest
from sqlalchemy import select

from server.monitoring.notifications import sender
from server.monitoring.notifications.channels import robots, webhook
from server.monitoring.notifications.channels.registry import NotDelivered, Outgoing, Place
from server.monitoring.notifications.channels.webhook_templates import filled
from server.monitoring.notifications.models import Message, NotificationTarget
from server.operations.commands.notify import notify
from tests.support.app.clock import MINUTE_MS
from tests.support.app.jobs import run_jobs
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.notification_sinks import MailSink, WebhookSink, webhook_sink
from tests.support.patience import PATIENCE_S

HERE = ("127.0.0.0/8",)
PATH = "/api/v1/notification-targets"
CONTENT = {"title": "标题", "text": '一行 "引号"\n二行', "fields": {}}


def make(world: World, **body: Any) -> str:
    answer = sign_in(world, "admin").client.post(PATH, json={"name": "群", **body})
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["id"])


def put(world: World, occasion: str = "once") -> int | None:
    with world.core.config.write() as session:
        target = session.scalars(select(NotificationTarget)).one()
        message = sender.put(session, target, "raised", occasion, world.clock.at_ms, **CONTENT)
        return None if message is None else message.id


def message(world: World) -> Message:
    with world.core.config.read() as session:
        return session.scalars(select(Message)).one()


def test_the_test_button_reports_that_it_arrived(world: World, sink: WebhookSink) -> None:
    admin, target = sign_in(world, "admin").client, make(world, kind="webhook", url=sink.url)

    tried = admin.post(f"{PATH}/{target}/test").get_json()

    assert (tried["state"], tried["error"]) == ("sent", "")
    assert sink.titles == ["【安屏】测试消息"]
    log = admin.get(f"{PATH}/{target}/messages").get_json()["items"]
    assert [(one["kind"], one["state"]) for one in log] == [("test", "sent")]


def test_the_test_button_reports_that_it_did_not(world: World, sink: WebhookSink) -> None:
    admin, target = sign_in(world, "admin").client, make(world, kind="webhook", url=sink.url)
    sink.statuses = [500]

    tried = admin.post(f"{PATH}/{target}/test").get_json()

    assert (tried["state"], tried["error"]) == ("failed", "not delivered")
    assert run_jobs(world.core) == 0


def test_a_message_is_tried_until_it_arrives_and_then_never_again(
    world: World, sink: WebhookSink
) -> None:
    make(world, kind="webhook", url=sink.url)
    sink.statuses = [503, 503]
    put(world)
    for minutes in (0, 0.5, 2, 10, 30):
        world.clock.forward(int(minutes * MINUTE_MS))
        run_jobs(world.core)

    assert len(sink.bodies) == 1
    assert (message(world).state, message(world).attempts) == ("sent", 3)


def test_an_occasion_has_one_message(world: World, sink: WebhookSink) -> None:
    make(world, kind="webhook", url=sink.url)

    assert put(world) is not None
    assert put(world) is None
    run_jobs(world.core)
    sender.send(world.core, message(world).id)

    assert len(sink.bodies) == 1


@pytest.mark.slow
def test_after_ten_hours_it_has_failed(world: World, sink: WebhookSink) -> None:
    make(world, kind="webhook", url=sink.url)
    sink.statuses = [500] * 50
    put(world)
    for _ in range(80):
        run_jobs(world.core)
        world.clock.forward(10 * MINUTE_MS)

    assert (message(world).state, message(world).attempts) == ("failed", 8)
    assert len(sink.statuses) == 42


def test_a_redirect_is_not_followed(world: World, sink: WebhookSink) -> None:
    with webhook_sink() as elsewhere:
        make(world, kind="webhook", url=sink.url)
        sink.statuses, sink.answer_headers = [307], {"Location": elsewhere.url}
        put(world)
        run_jobs(world.core)

        assert elsewhere.bodies == []
    assert (message(world).state, message(world).error) == ("failed", "not delivered")


def test_a_robot_that_answers_200_with_an_error_has_not_taken_it(
    world: World, sink: WebhookSink
) -> None:
    make(world, kind="webhook", url=sink.url)
    sink.answer = b'{"errcode": 93000, "errmsg": "invalid webhook url KEY"}'
    put(world)
    run_jobs(world.core)

    assert (message(world).state, message(world).error) == ("waiting", "not delivered")


def test_each_try_has_the_same_number_and_the_targets_headers(
    world: World, sink: WebhookSink
) -> None:
    make(world, kind="webhook", url=sink.url, headers={"Authorization": "Bearer t"})
    put(world)
    run_jobs(world.core)

    assert sink.headers[0]["Authorization"] == "Bearer t"
    assert sink.headers[0]["Anping-Message"] == "anping-1-1"


def test_a_template_is_filled_without_a_way_out_of_its_texts() -> None:
    template = '{"msg": {"to": "{{contact_phone}}", "all": ["{{title}}：{{text}}", 3]}}'
    nasty = Outgoing('"}, "x": "', 'a\n"b"\\{{title}}', "t", {"contact_phone": "138"})

    assert filled(template, nasty).decode() == (
        '{"msg":{"to":"138","all":["\\"}, \\"x\\": \\"：a\\n\\"b\\"\\\\{{title}}",3]}}'
    )


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "[fe80::1]",
        "0.0.0.0",  # noqa: S104 - an address that is refused
        "[::ffff:169.254.169.254]",
    ],
)
def test_an_address_of_metadata_is_refused(address: str) -> None:
    with pytest.raises(NotDelivered) as refused:
        webhook.post(f"http://{address}/latest", b"{}", {})

    assert not refused.value.later


@pytest.mark.slow
def test_an_answer_that_never_ends_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "WHOLE_S", 0.5)
    server = socket.create_server(("127.0.0.1", 0))

    all_sent: list[bool] = []

    def drip() -> None:
        connection, _ = server.accept()
        with connection:
            for _ in range(int(PATIENCE_S / 0.05)):
                try:
                    connection.sendall(b"H")
                except OSError:
                    return
                time.sleep(0.05)
        all_sent.append(True)

    thread = threading.Thread(target=drip)
    thread.start()
    with pytest.raises(NotDelivered):
        webhook.post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {}, HERE)

    server.close()
    thread.join()
    assert all_sent == []


def test_nobody_there_is_tried_again(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    make(world, kind="webhook", url=f"http://127.0.0.1:{port}/?key=secret")
    put(world)
    run_jobs(world.core)

    assert message(world).state == "waiting"
    assert message(world).error == "not delivered"


def test_mail_goes_to_all_recipients_in_chinese(world: World, letters: MailSink) -> None:
    make(world, kind="mail", smtp_url=letters.url, recipients=["a@example.cn", "b@example.cn"])
    put(world)
    run_jobs(world.core)

    letter = letters.letters[0]
    assert letters.recipients == [["a@example.cn", "b@example.cn"]]
    assert (letter["Subject"], letter["From"]) == ("标题", "anping@example.cn")
    assert letter["Message-ID"] == "<anping-1-1@example.cn>"
    assert letter.get_content().splitlines() == ['一行 "引号"', "二行"]


def test_mail_that_is_refused_for_now_is_tried_again(world: World, letters: MailSink) -> None:
    make(world, kind="mail", smtp_url=letters.url, recipients=["a@example.cn"])
    letters.refusals = ["451 greylisted"]
    put(world)
    run_jobs(world.core)
    assert (message(world).state, message(world).error) == ("waiting", "SMTP 451")

    world.clock.forward(MINUTE_MS)
    run_jobs(world.core)

    assert len(letters.letters) == 1


@pytest.mark.slow
def test_a_robot_is_reached_by_apprise_in_a_child(
    world: World, sink: WebhookSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the only service that can be on this machine, which people may not choose."""
    monkeypatch.setattr(robots, "ALLOWED", robots.ALLOWED | {"json"})
    make(world, kind="apprise", url=sink.url.replace("http://", "json://"))
    put(world)
    run_jobs(world.core)

    assert (message(world).state, message(world).error) == ("sent", "")
    assert (sink.bodies[0]["title"], sink.bodies[0]["message"]) == (
        CONTENT["title"],
        CONTENT["text"],
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("url", "why"),
    [("wecombot://", "complete"), ("json://127.0.0.1:1/", "refused it or can't be reached")],
)
def test_a_robots_refusal_is_reported_without_its_key(url: str, why: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(robots, "ALLOWED", robots.ALLOWED | {"json"})
        patch.setattr(robots, "_FORM", re.compile("([a-z]+)://.*"))
        with pytest.raises(NotDelivered, match=why):
            robots.send(Place(url=url), Outgoing("a", "b", "t"))


def test_what_waits_for_a_target_that_is_switched_off_is_dropped(
    world: World, sink: WebhookSink
) -> None:
    target = make(world, kind="webhook", url=sink.url)
    put(world)
    sign_in(world, "admin").client.patch(f"{PATH}/{target}", json={"active": False})
    run_jobs(world.core)

    assert (sink.bodies, message(world).state) == ([], "dropped")


def test_english_by_setting(world: World, sink: WebhookSink) -> None:
    target = make(world, kind="webhook", url=sink.url, language="en")
    sign_in(world, "admin").client.post(f"{PATH}/{target}/test")

    assert sink.titles == ["[Anping] Test message"]


@pytest.mark.slow
def test_the_command_tries_all_and_reports_which_failed(
    world: World, sink: WebhookSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    make(world, kind="webhook", url=sink.url)
    make(world, kind="webhook", url=sink.url)
    sink.statuses = [200, 404]
    for name, value in world.environment.items():
        monkeypatch.setenv(name, value)

    done = CliRunner().invoke(notify, ["test"])

    assert done.exit_code == 1
    assert "h_1 群：已送达" in done.output
    assert "h_2 群：未送达：not delivered" in done.output
    assert CliRunner().invoke(notify, ["test", "h_2"]).exit_code == 0
    assert CliRunner().invoke(notify, ["test", "h_9"]).exit_code == 1
