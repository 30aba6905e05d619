"""The gap of a restore: changes between the backup and the restore are lost."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import AuditEntry
from server.foundation.durations import DAY_MS

ACTION: Final = "server.restore"


@dataclass(frozen=True, slots=True)
class Gap:
    """From the backup until the restore, ms: players may know more of it than the server does."""

    taken_at: int
    restored_at: int

    def covers(self, assigned_ms: int) -> bool:
        """Whether a plan assigned at this instant may have been on air during the gap.

        Assignments of the gap are issued again within a day after it.
        """
        return self.taken_at <= assigned_ms <= self.restored_at + DAY_MS


def newest_gap(session: Session) -> Gap | None:
    """The gap of the last restore, if there was one."""
    query = select(AuditEntry).where(AuditEntry.action == ACTION).order_by(AuditEntry.id.desc())
    row = session.scalar(query.limit(1))
    return Gap(int(row.detail["taken_at"]), row.at) if row is not None else None
