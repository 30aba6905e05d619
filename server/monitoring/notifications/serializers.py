"""Targets and messages in the API's form."""

from datetime import tzinfo
from typing import Any

from server.foundation.core import Core
from server.foundation.public_ids import public
from server.foundation.rest.resources import iso
from server.monitoring.notifications.channels.mail_settings import shown
from server.monitoring.notifications.models import Message, NotificationTarget
from server.monitoring.notifications.sealed_secrets import Unreadable, unsealed


def target_document(core: Core, row: NotificationTarget) -> dict[str, Any]:
    """A target without its secrets."""
    secret = _secret(core, row)
    quiet = {"from": row.quiet_from, "until": row.quiet_until} if row.quiet_from else None
    return {
        "id": public("notification_target", row.id),
        "unit_id": public("unit", row.unit_id),
        "name": row.name,
        "kind": row.kind,
        "level": row.level,
        "events": row.events,
        "codes": row.codes,
        "hint": row.hint,
        "has_headers": bool(secret.get("headers")),
        "smtp": shown(secret.get("smtp_url", "")),
        "template": row.template,
        "recipients": row.recipients,
        "quiet_hours": quiet,
        "digest_at": row.digest_at,
        "language": row.language,
        "active": row.active,
        "created_at": iso(row.created_at, core.settings.zone),
    }


def message_document(row: Message, zone: tzinfo) -> dict[str, Any]:
    """A message of the log."""
    return {
        "id": public("message", row.id),
        "kind": row.kind,
        "title": row.title,
        "text": row.text,
        "state": row.state,
        "attempts": row.attempts,
        "error": row.error,
        "created_at": iso(row.created_at, zone),
        "sent_at": iso(row.sent_at, zone),
    }


def _secret(core: Core, row: NotificationTarget) -> dict[str, Any]:
    try:
        return unsealed(core, row.secret)
    except Unreadable:
        return {}
