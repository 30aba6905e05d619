"""Writes the audit trail in the transaction of the change, each entry chained to the last."""

import hashlib
from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import insert
from sqlalchemy.orm import Session

from server.accounts.models import AuditEntry
from server.foundation.db import plain_rows

Entry = tuple[str, str, dict[str, Any]]
FIRST_LINK = hashlib.sha256(b"anping audit trail").hexdigest()


def record(
    session: Session, at_ms: int, user_id: int | None, action: str, subject: str, **detail: Any
) -> None:
    """Record that `user_id` (None: the server itself) did `action` to `subject` (a public id)."""
    session.flush()
    record_all(session, at_ms, user_id, [(action, subject, detail)])


def record_all(session: Session, at_ms: int, user_id: int | None, entries: Iterable[Entry]) -> None:
    """Record many entries of one moment, each an action, a subject and its detail."""
    before = _last_hash(session)
    rows = []
    for action, subject, detail in entries:
        before = link(before, at_ms, user_id, action, subject, detail)
        row = {"at": at_ms, "user_id": user_id, "action": action, "object": subject}
        rows.append({**row, "detail": detail, "hash": before})
    if rows:
        # Without the mapper, which takes as long again.
        session.connection().execute(insert(AuditEntry), rows)


def _last_hash(session: Session) -> str:
    """The hash of the newest entry; entries are flushed as soon as they are created."""
    found = plain_rows.first(session, "SELECT hash FROM audit_entries ORDER BY id DESC LIMIT 1")
    return FIRST_LINK if found is None else str(found[0])


def link(
    before: str, at_ms: int, user_id: int | None, action: str, subject: str, detail: dict[str, Any]
) -> str:
    """SHA-256 over the previous hash and this entry's content (sorted JSON)."""
    content = orjson.dumps([at_ms, user_id, action, subject, detail], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(before.encode() + content).hexdigest()
