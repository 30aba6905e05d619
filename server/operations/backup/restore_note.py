"""Records a restore in the restored configuration."""

from typing import Final

from sqlalchemy import delete

from server.accounts.audit_log.record import record
from server.accounts.models import UserSession
from server.foundation.db.session import Database
from server.operations.backup.manifest import Contents
from server.publishing.assignments.restore_gap import ACTION

# Ids assigned after the backup are never reused.
SKIPPED_NUMBERS: Final = 1_000


def note(database: Database, contents: Contents, now_ms: int) -> None:
    """Record it in the audit trail, and end all sessions, as some may have been closed since."""
    with database.write() as session:
        session.execute(delete(UserSession))
        details = {"taken_at": contents.taken_at, "release": contents.release}
        record(session, now_ms, None, ACTION, "server", **details)
