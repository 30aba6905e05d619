"""Retention of incidents."""

from typing import Final

from sqlalchemy import delete

from server.foundation.core import Core
from server.monitoring.incidents.models import Incident

KEPT_MS: Final = 400 * 24 * 3_600_000


def forget_old(core: Core) -> None:
    """Delete incidents that ended 400 days ago, with their alerts."""
    before_ms = core.clock.now_ms() - KEPT_MS
    with core.config.write() as session:
        session.execute(
            delete(Incident).where(Incident.state == "closed", Incident.closed_at < before_ms)
        )
