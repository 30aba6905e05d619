"""Use cases of targets: create, change, test, delete. Secrets are write-only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.accounts.queries import find_unit
from server.foundation.core import Core
from server.foundation.crypto.sealed_secrets import Unreadable, sealed, unsealed
from server.foundation.errors import Conflict, Fault, Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.preconditions import Check, unchecked
from server.monitoring.notifications import (
    queries,
    sender,
    target_validation,
)
from server.monitoring.notifications.channels.mail_settings import NO_HOST, url_of
from server.monitoring.notifications.models import PURPOSE, Message, NotificationTarget

SECRETS: Final = ("url", "headers", "smtp_url")
LONGEST_HINT: Final = 200
TEST_TITLE: Final = Sentence("【安屏】测试消息", "[Anping] Test message")
TEST_TEXT: Final = Sentence(
    "这是“{}”的测试消息，收到即说明通知可以送达。{}",
    "This is a test of “{}”: if you read it, alerts arrive. {}",
)
TEST_EVERY_MS: Final = 10_000
TOO_SOON: Final = Sentence("刚刚发过测试消息，请 10 秒后再试。", "Just tried: wait ten seconds.")
UNREADABLE: Final = Sentence(
    "服务器密钥已更换，原地址无法读取，请重新填写地址。",
    "The server's key was changed, so the address can't be read: enter it again.",
)
TWICE: Final = Sentence(
    "邮件服务器请只用一种写法：smtp 各项，或 smtp_url。",
    "Give the mail server once: the fields of smtp, or smtp_url.",
)


@dataclass(frozen=True)
class Draft:
    """A target as entered.

    `secret` has `url`, `headers` and `smtp_url` as entered, or `smtp`, the fields of a mail server.
    """

    kind: str
    unit_id: str
    values: Mapping[str, Any] = field(default_factory=dict)
    secret: Mapping[str, Any] = field(default_factory=dict)


def create(core: Core, actor: Actor, draft: Draft) -> NotificationTarget:
    """Make a target. Raises Invalid, NotFound for a foreign unit, Forbidden by role."""
    secret = {name: value for name, value in _with_mail(core, draft.secret, "").items() if value}
    with core.config.write() as session:
        unit = find_unit(session, actor, queries.ACTION, draft.unit_id)
        row = NotificationTarget(
            unit_id=unit.id, kind=draft.kind, created_at=core.clock.now_ms(), **draft.values
        )
        _keep(core, row, secret)
        session.add(row)
        session.flush()
        _note(core, session, actor, row, "create", kind=row.kind, unit=draft.unit_id)
        return row


def change(
    core: Core, actor: Actor, target_id: str, changes: Mapping[str, Any], check: Check = unchecked
) -> NotificationTarget:
    """Change the given fields; secrets left out stay. Raises Invalid, NotFound, Forbidden."""
    with core.config.write() as session:
        row = queries.find(session, actor, target_id)
        check(row)
        if "unit_id" in changes:
            row.unit_id = find_unit(session, actor, queries.ACTION, changes["unit_id"]).id
        for name, value in changes.items():
            if name not in (*SECRETS, "smtp", "unit_id"):
                setattr(row, name, value)
        _keep(core, row, _new_secret(core, row, changes))
        session.flush()
        session.refresh(row)
        _note(core, session, actor, row, "change", fields=sorted(changes))
        return row


def remove(core: Core, actor: Actor, target_id: str, check: Check = unchecked) -> None:
    """Delete a target with its log; its waiting messages are not sent."""
    with core.config.write() as session:
        row = queries.find(session, actor, target_id)
        check(row)
        _note(core, session, actor, row, "delete", name=row.name)
        session.delete(row)


def try_out(core: Core, actor: Actor, target_id: str) -> Message:
    """Send a test message at once; returns its outcome. Raises Conflict within TEST_EVERY_MS."""
    with core.config.write() as session:
        row = queries.find(session, actor, target_id)
        last_ms = session.scalar(queries.last_test(row)) or 0
        if core.clock.now_ms() - last_ms < TEST_EVERY_MS:
            raise Conflict(TOO_SOON, code="too_soon")
        _note(core, session, actor, row, "test")
        message_id = put_test(core, session, row)
    sender.send(core, message_id)
    with core.config.read() as session:
        return session.get_one(Message, message_id)


def put_test(core: Core, session: Session, row: NotificationTarget) -> int:
    """Create a test message without sending it; returns its number."""
    now_ms = core.clock.now_ms()
    moment = datetime.fromtimestamp(now_ms / 1000, core.settings.zone).strftime("%m-%d %H:%M:%S")
    content: dict[str, Any] = {
        "title": TEST_TITLE.in_language(row.language),
        "text": TEST_TEXT.in_language(row.language).format(row.name, moment),
    }
    number = 1
    while (
        message := sender.put(session, row, "test", f"test:{now_ms}:{number}", now_ms, **content)
    ) is None:
        number += 1
    return message.id


def _new_secret(core: Core, row: NotificationTarget, changes: Mapping[str, Any]) -> dict[str, Any]:
    try:
        before = unsealed(core, PURPOSE, row.secret)
    except Unreadable as error:
        if not changes.keys() & {"url", "smtp_url", "smtp"}:
            raise Conflict(UNREADABLE) from error
        before = {}
    completed = _with_mail(core, changes, before.get("smtp_url", ""))
    given = {name: completed[name] for name in SECRETS if name in completed}
    if "headers" not in given and _host(before) != _host({**before, **given}):
        # Headers belong to the host they were entered for: another host must not receive them.
        before = {**before, "headers": {}}
    return {name: value for name, value in {**before, **given}.items() if value}


def _with_mail(core: Core, given: Mapping[str, Any], before: str) -> Mapping[str, Any]:
    """With the mail server's fields as its address. Raises Invalid."""
    if "smtp" not in given:
        return given
    if given.get("smtp_url"):
        raise Invalid.at("/smtp_url", TWICE)
    if given["smtp"].is_blank and core.settings.smtp_url is None:
        raise Invalid.at("/smtp/host", NO_HOST)
    return {**given, "smtp_url": url_of(given["smtp"], before)}


def _host(secret: Mapping[str, Any]) -> tuple[str, str]:
    """The host and port of an address."""
    try:
        parts = urlsplit(secret.get("url", ""))
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc.lower()


def _keep(core: Core, row: NotificationTarget, secret: Mapping[str, Any]) -> None:
    """Validate the whole target and encrypt its secret. Raises Invalid."""
    wrong: list[Fault] = target_validation.of_target(
        row, secret, own_server=core.settings.smtp_url is not None
    )
    if wrong:
        raise Invalid(wrong[0].detail, faults=wrong)
    row.secret, row.hint = sealed(core, PURPOSE, secret), _hint(row.kind, secret)[:LONGEST_HINT]


def _hint(kind: str, secret: Mapping[str, Any]) -> str:
    """The displayable part of an address: its service or host, without secrets."""
    parts = urlsplit(secret.get("smtp_url" if kind == "mail" else "url", ""))
    if kind == "apprise" and parts.scheme != "https":
        return f"{parts.scheme}://…"
    return f"{parts.scheme}://{parts.hostname}/…" if parts.hostname else ""


def _note(
    core: Core, session: Session, actor: Actor, row: NotificationTarget, act: str, **detail: Any
) -> None:
    subject = public("notification_target", row.id)
    now_ms = core.clock.now_ms()
    record(session, now_ms, actor.user_id, f"notification_target.{act}", subject, **detail)
