"""What people did to campaigns, lists, takeovers and stops, on the audit trail."""

from typing import Any

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.foundation.core import Core
from server.foundation.public_ids import public


def note(
    core: Core, session: Session, actor: Actor | None, action: str, number: int, **detail: Any
) -> None:
    """Record `action` ("takeover.end") as of now on the row of that number; None: the server."""
    subject = public(action.partition(".")[0], number)
    user_id = None if actor is None else actor.user_id
    record(session, core.clock.now_ms(), user_id, action, subject, **detail)
