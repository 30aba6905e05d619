"""A mail server in fields: equivalent to its address, and its password never comes out."""

from typing import Any

import pytest
from sqlalchemy import select

from server.foundation.crypto.sealed_secrets import unsealed
from server.monitoring.notifications.channels.mail import mail_server
from server.monitoring.notifications.channels.mail_settings import (
    MailFields,
    fields_of,
    shown,
    url_of,
)
from server.monitoring.notifications.failure_texts import in_words
from server.monitoring.notifications.models import PURPOSE, NotificationTarget
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World, make_world
from tests.support.factories.notification_sinks import MailSink

PATH = "/api/v1/notification-targets"
SMTP = {
    "host": "smtp.example.cn",
    "port": 465,
    "security": "tls",
    "user": "duty@example.cn",
    "password": "p@ss:wörd/?#%",
    "sender": "anping@example.cn",
}
MAIL = {"name": "邮箱", "kind": "mail", "recipients": ["a@example.cn"], "smtp": SMTP}


@pytest.fixture
def admin(world: World) -> Person:
    return sign_in(world, "admin")


def made(person: Person, **smtp: Any) -> str:
    answer = person.client.post(PATH, json={**MAIL, "smtp": {**SMTP, **smtp}})
    assert answer.status_code == 201, answer.text
    name: str = answer.get_json()["id"]
    return f"{PATH}/{name}"


def address(world: World) -> str:
    """The stored address of the one target."""
    with world.core.config.read() as session:
        row = session.scalars(select(NotificationTarget)).one()
    found: str = unsealed(world.core, PURPOSE, row.secret).get("smtp_url", "")
    return found


def refused(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [one["pointer"] for one in answer.get_json()["errors"]]


def test_fields_are_kept_as_an_address_and_come_back_without_the_password(
    world: World, admin: Person
) -> None:
    found = admin.client.get(made(admin))

    kept = mail_server(address(world))
    assert (kept.host, kept.port, kept.secure) == ("smtp.example.cn", 465, True)
    assert (kept.user, kept.password, kept.sender) == tuple(
        SMTP[one] for one in ("user", "password", "sender")
    )
    fields = {name: value for name, value in SMTP.items() if name != "password"}
    assert found.get_json()["smtp"] == {**fields, "has_password": True}
    assert "p@ss" not in found.text


@pytest.mark.parametrize(
    "given",
    [
        MailFields("10.1.2.3", 25, "starttls", "", "", "anping@example.cn"),
        MailFields("::1", 587, "starttls", "u", "p", "a+b@example.cn"),
        MailFields("smtp.example.cn", 465, "tls", "张三@例", "密码", "a@example.cn"),
    ],
)
def test_every_field_comes_through_the_address(given: MailFields) -> None:
    assert fields_of(url_of(given, "")) == given


@pytest.mark.parametrize(("security", "port"), [("tls", 465), ("starttls", 587)])
def test_without_a_port_it_is_the_usual_one(
    world: World, admin: Person, security: Any, port: int
) -> None:
    made(admin, security=security, port=None)

    assert mail_server(address(world)).port == port


def test_without_a_sender_it_is_the_user(world: World, admin: Person) -> None:
    made(admin, sender="")

    assert mail_server(address(world)).sender == "duty@example.cn"


def test_the_password_stays_while_server_and_user_do(world: World, admin: Person) -> None:
    path = made(admin)
    same = {**SMTP, "password": "", "sender": "other@example.cn"}

    assert admin.client.patch(path, json={"smtp": same}).status_code == 200

    kept = mail_server(address(world))
    assert (kept.password, kept.sender) == (SMTP["password"], "other@example.cn")


@pytest.mark.parametrize(
    "change",
    [
        {"host": "smtp.elsewhere.cn"},
        {"port": 2525},
        {"security": "starttls"},
        {"user": "another@example.cn"},
    ],
)
def test_it_is_not_shown_to_another_server(
    world: World, admin: Person, change: dict[str, Any]
) -> None:
    """Who may change where mail is handed in would read it there."""
    path = made(admin)
    before = address(world)

    answer = admin.client.patch(path, json={"smtp": {**SMTP, **change, "password": ""}})

    assert refused(answer) == ["/smtp/password"]
    assert address(world) == before


@pytest.mark.parametrize(
    ("change", "pointers"),
    [
        ({"host": ""}, ["/smtp/host"]),
        ({"host": "smtp://smtp.example.cn"}, ["/smtp/host"]),
        ({"host": "a b"}, ["/smtp/host"]),
        ({"port": 70_000}, ["/smtp/port"]),
        ({"user": "", "sender": "a@example.cn"}, ["/smtp/user"]),
        ({"user": "duty", "sender": ""}, ["/smtp/sender"]),
        ({"sender": "nobody"}, ["/smtp/sender"]),
        ({"security": "none"}, ["/smtp/security"]),
    ],
)
def test_an_error_is_shown_at_its_field(
    admin: Person, change: dict[str, Any], pointers: list[str]
) -> None:
    answer = admin.client.post(PATH, json={**MAIL, "smtp": {**SMTP, **change}})

    assert refused(answer) == pointers


def test_a_server_is_given_in_one_way(admin: Person) -> None:
    both = {**MAIL, "smtp_url": "smtp://a@b.cn@mail.example.cn:25"}

    assert refused(admin.client.post(PATH, json=both)) == ["/smtp_url"]


@pytest.mark.slow
def test_left_blank_it_is_the_districts_where_there_is_one(tmp_path: Any, admin: Person) -> None:
    own = make_world(tmp_path / "own", smtp_url="smtp://u:p@mail.example.cn:25")
    within = sign_in(own, "admin")
    blank = {**MAIL, "smtp": {"security": "tls"}}

    assert within.client.post(PATH, json=blank).get_json()["smtp"] is None
    assert refused(admin.client.post(PATH, json=blank)) == ["/smtp/host"]


def test_one_goes_back_to_the_districts_server(tmp_path: Any) -> None:
    own = make_world(tmp_path / "own", smtp_url="smtp://u:p@mail.example.cn:25")
    within = sign_in(own, "admin")

    changed = within.client.patch(made(within), json={"smtp": None})

    assert changed.get_json()["smtp"] is None
    assert address(own) == ""


@pytest.mark.slow
def test_a_message_goes_out_by_the_fields(admin: Person, letters: MailSink) -> None:
    fields = shown(letters.url)
    assert fields is not None
    smtp = {**fields, "sender": "anping@example.cn"}
    del smtp["has_password"]
    path = made(admin, **{**smtp, "user": "", "password": ""})

    tried = admin.client.post(f"{path}/test").get_json()

    assert tried["state"] == "sent", tried


@pytest.mark.slow
def test_the_form_has_all_but_the_password(admin: Person) -> None:
    path = made(admin)

    page = admin.client.get(path.replace("/api/v1/notification-targets", "/settings/notifications"))

    for value in ("smtp.example.cn", "465", "duty@example.cn", "anping@example.cn"):
        assert f'value="{value}"' in page.text
    assert "p@ss" not in page.text


def test_a_mismatch_is_explained_in_words(admin: Person, letters: MailSink) -> None:
    fields = shown(letters.url)
    assert fields is not None
    plain = {"host": fields["host"], "user": "", "password": ""}
    as_tls = made(admin, **plain, port=fields["port"], security="tls")
    closed = made(admin, **plain, port=9, security="starttls")

    errors = [admin.client.post(f"{path}/test").get_json()["error"] for path in (as_tls, closed)]

    sentences = [in_words(error, "zh_CN") for error in errors]
    assert "多为加密方式与端口不符：465 选 SSL/TLS" in sentences[0]
    assert "这个端口没有开放" in sentences[1]
