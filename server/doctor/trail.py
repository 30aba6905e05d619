"""Whether the audit trail is still the chain as which it was written."""

import json
from typing import Any, Final

from server.accounts.audit import FIRST_LINK, link
from server.config import Settings
from server.doctor import stores
from server.doctor.finding import Finding, bad, ok
from server.texts import Sentence

TRAIL: Final = Sentence("审计日志", "audit trail")
ENTRIES: Final = (
    "SELECT id, at, user_id, action, object, detail, hash FROM audit_entries ORDER BY id"
)


def trail(settings: Settings) -> Finding:
    """Names the first entry that doesn't fit the one before, or the last hash, to be kept."""
    before, count = FIRST_LINK, 0
    for number, at_ms, user_id, action, subject, detail, kept in stores.rows(settings, ENTRIES):
        if kept != link(before, at_ms, user_id, action, subject, _read(detail)):
            return bad(
                TRAIL,
                f"第 {number} 条与前一条接不上，已被改动或删除：保留现场，与备份核对。",
                f"entry {number} doesn't fit the one before: it was changed, or one was taken "
                "out. Keep everything as it is, and compare it with a backup.",
            )
        before, count = kept, count + 1
    return ok(
        TRAIL,
        f"{count} 条，完整；末条哈希 {before}（抄存一份，以后核对）。",
        f"{count} entries, whole; the last one's hash is {before}, to be kept elsewhere.",
    )


def _read(detail: Any) -> dict[str, Any]:
    """As SQLite gives it (text) and as PostgreSQL does."""
    found: dict[str, Any] = json.loads(detail) if isinstance(detail, str) else detail
    return found
