"""Retention of the message log."""

from typing import Final

from sqlalchemy import delete

from server.foundation.core import Core
from server.monitoring.notifications.models import Message

KEPT_MS: Final = 180 * 24 * 3_600_000


def forget_old(core: Core) -> None:
    """Delete messages created 180 days ago."""
    before_ms = core.clock.now_ms() - KEPT_MS
    with core.config.write() as session:
        session.execute(delete(Message).where(Message.created_at < before_ms))
