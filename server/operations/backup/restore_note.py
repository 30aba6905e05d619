"""What a restored configuration notes of its restore."""

from typing import Final

from sqlalchemy import delete

from server.accounts.audit_log.record import record
from server.accounts.models import UserSession
from server.foundation.db.session import Database
from server.operations.backup.manifest import Contents
from server.publishing.assignments.restore_gap import ACTION

# Numbers given out after the backup are never given to something else.
SKIPPED_NUMBERS: Final = 1_000


def note(database: Database, contents: Contents, now_ms: int) -> None:
    """Leave it on the audit trail; what was signed out since must not be signed in again."""
    with database.write() as session:
        session.execute(delete(UserSession))
        said = {"taken_at": contents.taken_at, "release": contents.release}
        record(session, now_ms, None, ACTION, "server", **said)
