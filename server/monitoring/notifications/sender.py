"""Sends messages: one row is one message, retried until delivered or expired."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.foundation.core import Core
from server.foundation.crypto.sealed_secrets import Unreadable, unsealed
from server.foundation.jobs.service import enqueue
from server.monitoring.notifications.channels import mail, robots, webhook
from server.monitoring.notifications.channels.message_lengths import fitting
from server.monitoring.notifications.channels.outbound_connections import ANYWHERE
from server.monitoring.notifications.channels.registry import NotDelivered, Outgoing, Place
from server.monitoring.notifications.models import PURPOSE, Message, NotificationTarget
from server.monitoring.notifications.quiet_hours import loud_for

NOT_DELIVERED: Final = "not delivered"
log = structlog.get_logger(__name__)

SEND: Final[Mapping[str, Callable[[Place, Outgoing], str | None]]] = {
    "apprise": robots.send,
    "webhook": webhook.send,
    "mail": mail.send,
}
AGAIN_AFTER_S: Final = (30, 120, 600, 1800, 3600, 10_800, 21_600)
"""Back-off between attempts, s; ten hours in all."""
LONGEST_TITLE, LONGEST_WHY = 200, 200


def put(
    session: Session,
    target: NotificationTarget,
    kind: str,
    occasion: str,
    now_ms: int,
    *,
    delay_ms: int = 0,
    **content: Any,
) -> Message | None:
    """Create a message (`title`, `text`, `fields`), sent after `delay_ms`.

    None if that occasion already has one.
    """
    existing = select(Message.id).where(
        Message.target_id == target.id, Message.occasion == occasion
    )
    if session.scalar(existing) is not None:
        return None
    message = Message(
        target_id=target.id,
        kind=kind,
        occasion=occasion,
        # In one line, as it becomes the subject of mail.
        title=" ".join(content["title"].split())[:LONGEST_TITLE],
        text=content["text"],
        fields=content.get("fields") or {},
        state="waiting",
        attempts=0,
        error="",
        created_at=now_ms,
    )
    session.add(message)
    session.flush()
    if kind != "test":
        enqueue(session, "send_message", message.id, now_ms, delay_ms)
    return message


def send(core: Core, message_id: int) -> bool:
    """Attempt to send a waiting message; returns whether it is delivered. Idempotent."""
    with core.config.read() as session:
        message = session.get(Message, message_id)
        target = None if message is None else session.get(NotificationTarget, message.target_id)
    if message is None or target is None or message.state != "waiting":
        return message is not None and message.state == "sent"
    if not target.active and message.kind != "test":
        _note(core, message_id, "dropped", "")
        return False
    try:
        remark = _try(core, target, message)
    except NotDelivered as failure:
        log.warning("message_delivery_failed", message=message_id, why=failure.why)
        _failed(core, message_id, failure)
        return False
    _note(core, message_id, "sent", remark)
    return True


def place_of(core: Core, target: NotificationTarget) -> Place:
    """A target's destination. Raises NotDelivered if its secret can't be decrypted any more."""
    try:
        secret = unsealed(core, PURPOSE, target.secret)
    except Unreadable as error:
        why = "its address was sealed under another ANPING_SECRET_KEY: enter it again"
        raise NotDelivered(why, later=False, ours=True) from error
    given, own = core.settings.smtp_url, secret.get("smtp_url")
    by_operator = target.kind == "mail" and not own
    return Place(
        url=secret.get("url", ""),
        headers=secret.get("headers") or {},
        template=target.template,
        recipients=target.recipients,
        smtp_url=own or (given.get_secret_value() if given else ""),
        networks=ANYWHERE if by_operator else core.settings.outgoing_networks,
    )


def _try(core: Core, target: NotificationTarget, message: Message) -> str:
    """Send it; returns a note for the log on partial delivery. Raises NotDelivered."""
    token = f"anping-{target.id}-{message.id}"
    text = message.text if target.kind == "mail" else fitting(message.text, message.title)
    outgoing = Outgoing(message.title, text, token, message.fields)
    place = place_of(core, target)
    try:
        return SEND[target.kind](place, outgoing) or ""
    except NotDelivered:
        raise
    except Exception as error:  # noqa: BLE001 - any error of a library is recorded in the row
        # A library's own error may contain an address with its key: only its type is logged.
        raise NotDelivered(type(error).__name__) from None


def _failed(core: Core, message_id: int, failure: NotDelivered) -> None:
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        row = session.get(Message, message_id)
        if row is None or row.state != "waiting":
            return
        target = session.get_one(NotificationTarget, row.target_id)
        row.attempts, row.error = row.attempts + 1, _displayed_reason(target, failure)[:LONGEST_WHY]
        tries_left = row.attempts <= len(AGAIN_AFTER_S) and row.kind != "test"
        if failure.later and tries_left:
            again_ms = now_ms + 1000 * AGAIN_AFTER_S[row.attempts - 1]
            loud_ms = loud_for(target, again_ms, core.settings.zone)
            enqueue(session, "send_message", row.id, now_ms, loud_ms - now_ms)
        else:
            row.state = "failed"


def _displayed_reason(target: NotificationTarget, failure: NotDelivered) -> str:
    """The reason for display, which reveals no more about remote hosts than that it failed.

    Otherwise those who enter addresses could probe the server's network.
    """
    plainly = target.kind == "mail" or failure.ours
    return failure.why if plainly else NOT_DELIVERED


def _note(core: Core, message_id: int, state: str, error: str) -> None:
    with core.config.write() as session:
        row = session.get(Message, message_id)
        if row is not None:
            row.state, row.error = state, error[:LONGEST_WHY]
            row.attempts += 1
            row.sent_at = core.clock.now_ms() if state == "sent" else None
