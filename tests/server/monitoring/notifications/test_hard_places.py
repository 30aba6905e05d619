"""Targets that hang, refuse, redirect or limit; and addresses of internal services."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from server.monitoring.notifications import sender
from server.monitoring.notifications.channels import mail, robot_child, webhook
from server.monitoring.notifications.channels.message_lengths import MOST_BYTES, fitting
from server.monitoring.notifications.channels.registry import NotDelivered, Outgoing, Place
from server.monitoring.notifications.models import Message, NotificationTarget
from tests.support.app.clock import MINUTE_MS
from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.jobs import run_jobs
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.notification_sinks import MailSink, WebhookSink
from tests.support.monitoring.heartbeats_by_minute import Hearing, but_for
from tests.support.patience import PATIENCE_S

PATH = "/api/v1/notification-targets"
HERE = ("127.0.0.0/8", "::1/128")
MESSAGE = Outgoing("标题", "文字", "anping-1-1")


def make(world: World, **body: Any) -> str:
    answer = sign_in(world, "admin").client.post(PATH, json={"name": "群", **body})
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["id"])


def put(world: World, title: str = "标题", text: str = "文字") -> int:
    with world.core.config.write() as session:
        target = session.scalars(select(NotificationTarget)).one()
        content = {"title": title, "text": text}
        message = sender.put(session, target, "raised", title, world.clock.at_ms, **content)
        assert message is not None
        return message.id


def messages(world: World) -> list[Message]:
    with world.core.config.read() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def dark(world: World, **venue: Any) -> Hearing:
    screen = make_screen(world, venue=make_venue(world, **venue)).id
    begin = world.clock.at_ms // 1000 + 120
    return Hearing(world, {screen: but_for((begin, begin + 3600))})


@pytest.mark.long
@pytest.mark.slow
def test_recovery_is_not_notified_before_the_failure(world: World, sink: WebhookSink) -> None:
    make(world, kind="webhook", url=sink.url, events=["raised", "recovered"])
    sink.statuses = [500] * 20
    dark(world).pass_minutes(240)

    assert sink.titles == []
    assert [one.state for one in messages(world)] == ["dropped"]


@pytest.mark.slow
def test_what_arrived_late_is_followed_by_its_end(world: World, sink: WebhookSink) -> None:
    make(world, kind="webhook", url=sink.url, events=["raised", "recovered"])
    sink.statuses = [500] * 3
    dark(world).pass_minutes(120)

    assert [title[4:] for title in sink.titles] == [
        "建设银行城关支行 大厅屏断联",
        "已恢复：建设银行城关支行 大厅屏断联",
    ]


@pytest.mark.slow
def test_another_try_waits_for_the_end_of_quiet_hours(world: World, sink: WebhookSink) -> None:
    quiet = {"from": "09:01", "until": "11:00"}
    make(world, kind="webhook", url=sink.url, quiet_hours=quiet)
    sink.statuses = [503, 503]
    put(world)
    for minutes in (0, 1, 10, 60):
        world.clock.forward(minutes * MINUTE_MS)
        run_jobs(world.core)
    assert messages(world)[0].attempts == 2

    world.clock.forward(50 * MINUTE_MS)
    run_jobs(world.core)

    assert len(sink.bodies) == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["甲\n店", "甲\r\nBcc: x@example.cn", "甲\u2028店", "甲\x85店"])
def test_a_name_with_a_line_break_reaches_people_by_mail(
    world: World, letters: MailSink, name: str
) -> None:
    make(world, kind="mail", smtp_url=letters.url, recipients=["a@example.cn"])
    dark(world, name=name).pass_minutes(20)

    assert [state for one in messages(world) for state in (one.state, one.error)] == ["sent", ""]
    assert letters.recipients == [["a@example.cn"]]
    assert " ".join(name.split()) in letters.letters[0]["Subject"]
    assert letters.letters[0]["Bcc"] is None


@pytest.mark.slow
def test_a_name_feigns_no_line_of_a_message(world: World, sink: WebhookSink) -> None:
    make(world, kind="webhook", url=sink.url)
    dark(world, name="甲店\n怎么办：请汇款").pass_minutes(20)

    assert "\n怎么办：请汇款" not in sink.texts[0]


def test_a_long_digest_is_cut_to_what_robots_take(world: World, sink: WebhookSink) -> None:
    make(world, kind="webhook", url=sink.url)
    rows = "\n".join(f"- 苏C{one:05d} 大厅屏：断联，自 11-24 06:00 起" for one in range(100))
    put(world, text=f"每日故障摘要\n{rows}\n查看：https://anping.example.cn/incidents")
    run_jobs(world.core)

    assert len(sink.texts[0].encode()) <= MOST_BYTES
    assert sink.texts[0].endswith("……\n查看：https://anping.example.cn/incidents")


def test_mail_has_all_of_it(world: World, letters: MailSink) -> None:
    make(world, kind="mail", smtp_url=letters.url, recipients=["a@example.cn"])
    put(world, text="很长的一行\n" * 500)
    run_jobs(world.core)

    assert letters.letters[0].get_content().count("很长的一行") == 500


def test_what_fits_is_left_as_it_is() -> None:
    assert fitting("一\n二", "题", 12) == "一\n二"
    assert fitting("一\n二", "题", 11) == "……"


def drip(server: socket.socket, wrap: Callable[[socket.socket], Any], completed: list[str]) -> None:
    """Send one letter now and then, for much longer than anybody waits."""
    connection, _ = server.accept()
    with wrap(connection) as line:
        for _ in range(int(PATIENCE_S / 0.05)):
            try:
                line.sendall(b"2")
            except OSError:
                return
            time.sleep(0.05)
    completed.append("all of it was listened to")


@contextmanager
def dripping(wrap: Callable[[socket.socket], Any] = lambda one: one) -> Iterator[int]:
    """A port at which somebody drips, and isn't listened to to the end."""
    server, completed = socket.create_server(("127.0.0.1", 0)), list[str]()
    thread = threading.Thread(target=drip, args=(server, wrap, completed))
    thread.start()
    yield server.getsockname()[1]
    server.close()
    thread.join()
    assert completed == []


@pytest.mark.slow
def test_a_mail_server_that_never_ends_its_answer_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "WHOLE_S", 0.5, raising=False)

    with dripping() as port, pytest.raises(NotDelivered):
        mail.send(
            Place(recipients=["a@b.cn"], smtp_url=f"smtp://127.0.0.1:{port}", networks=HERE),
            MESSAGE,
        )


@pytest.mark.slow
def test_an_answer_by_tls_that_never_ends_is_cut_too(
    monkeypatch: pytest.MonkeyPatch, certificate: Path
) -> None:
    monkeypatch.setattr(webhook, "WHOLE_S", 0.5)
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)

    def wrap(one: socket.socket) -> ssl.SSLSocket:
        return serving.wrap_socket(one, server_side=True)

    with dripping(wrap) as port, pytest.raises(NotDelivered):
        webhook.post(f"https://localhost:{port}/", b"{}", {}, HERE)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """One for localhost, with its key in the same file."""
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


def test_mail_is_not_handed_in_at_an_address_of_metadata() -> None:
    with pytest.raises(NotDelivered, match="isn't allowed") as refused:
        mail.send(Place(recipients=["a@b.cn"], smtp_url="smtp://169.254.169.254:80"), MESSAGE)

    assert not refused.value.later


@pytest.mark.parametrize("address", [("169.254.169.254", 80), ("fe80::1", 80, 0, 2), "/run/bus"])
def test_a_robot_on_any_host_is_not_reached_at_an_address_of_metadata(address: object) -> None:
    """Wherever a service, or a redirect of it, leads."""
    with pytest.raises(PermissionError):
        robot_child.refuse(HERE, "socket.connect", (None, address))
    robot_child.refuse(HERE, "socket.connect", (None, ("127.0.0.1", 80)))


@pytest.mark.parametrize(
    "url",
    [
        "workflows://h.example.cn/0123456789/0123456789?template=/etc/passwd",
        "workflows://h.example.cn/0123456789/0123456789?%74emplate=http://10.0.0.1/",
        "mailto://user:word@example.com?pgppub=/etc/passwd",
        "ntfy://h.example.cn/topic?attach=file:///etc/passwd",
    ],
)
def test_a_robot_reads_no_file_of_ours(world: World, url: str) -> None:
    body = {"name": "机器人", "kind": "apprise", "url": url}

    answer = sign_in(world, "admin").client.post(PATH, json=body)

    assert [one["pointer"] for one in answer.get_json().get("errors", [])] == ["/url"]


def test_refused_recipients_among_accepted_ones_are_in_the_log(
    world: World, letters: MailSink
) -> None:
    make(world, kind="mail", smtp_url=letters.url, recipients=["a@example.cn", "gone@example.cn"])
    letters.unknown = {"gone@example.cn"}
    put(world)
    run_jobs(world.core)

    [one] = messages(world)
    assert (one.state, one.error) == ("sent", "refused for gone@example.cn")
    assert letters.recipients == [["a@example.cn"]]


HOOK = {"name": "群", "kind": "webhook", "url": "http://10.1.2.3/"}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({**HOOK, "codes": ["ofline"]}, "/codes/0"),
        ({**HOOK, "headers": {"Content-Length": "0"}}, "/headers"),
        ({**HOOK, "headers": {"transfer-encoding": "chunked"}}, "/headers"),
        ({**HOOK, "template": "[" * 500 + "]" * 500}, "/template"),
    ],
)
def test_what_would_never_arrive_is_refused_at_once(
    world: World, body: dict[str, Any], pointer: str
) -> None:
    answer = sign_in(world, "admin").client.post(PATH, json=body)

    assert answer.status_code == 422, answer.get_json()
    assert [one["pointer"] for one in answer.get_json()["errors"]] == [pointer]


def test_a_very_long_host_is_shown_in_part(world: World) -> None:
    """PostgreSQL enforces the length of a column."""
    url = "http://" + ".".join(["a" * 60] * 8) + "/"

    answer = sign_in(world, "admin").client.post(PATH, json={**HOOK, "url": url})

    assert answer.status_code == 201
    assert len(answer.get_json()["hint"]) == 200
