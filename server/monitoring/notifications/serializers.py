"""Targets and messages in the API's form."""

from datetime import tzinfo
from typing import Any

from server.foundation.core import Core
from server.foundation.crypto.sealed_secrets import Unreadable, unsealed
from server.foundation.rest.documents import document
from server.monitoring.notifications import schemas
from server.monitoring.notifications.channels.mail_settings import shown
from server.monitoring.notifications.models import PURPOSE, Message, NotificationTarget


def target_document(core: Core, row: NotificationTarget) -> dict[str, Any]:
    """A target without its secrets."""
    secret = _secret(core, row)
    return document(
        schemas.NotificationTarget,
        row,
        core.settings.zone,
        has_headers=bool(secret.get("headers")),
        smtp=shown(secret.get("smtp_url", "")),
        quiet_hours={"from": row.quiet_from, "until": row.quiet_until} if row.quiet_from else None,
    )


def message_document(row: Message, zone: tzinfo) -> dict[str, Any]:
    """A message of the log."""
    return document(schemas.Message, row, zone)


def _secret(core: Core, row: NotificationTarget) -> dict[str, Any]:
    try:
        return unsealed(core, PURPOSE, row.secret)
    except Unreadable:
        return {}
