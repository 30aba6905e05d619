"""The audit trail: written in the transaction of the change, each entry chained to the last."""

import hashlib
from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from server.accounts.models import AuditEntry

Entry = tuple[str, str, dict[str, Any]]
FIRST_LINK = hashlib.sha256(b"anping audit trail").hexdigest()


def record(
    session: Session, at_ms: int, user_id: int | None, action: str, subject: str, **detail: Any
) -> None:
    """Note that `user_id` (None: the server itself) did `action` to `subject` (a public id)."""
    before = session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1))
    session.add(
        AuditEntry(
            at=at_ms,
            user_id=user_id,
            action=action,
            object=subject,
            detail=detail,
            hash=link(before or FIRST_LINK, at_ms, user_id, action, subject, detail),
        )
    )
    session.flush()


def record_all(session: Session, at_ms: int, user_id: int | None, entries: Iterable[Entry]) -> None:
    """Many entries of one moment, each an action, a subject and its detail."""
    before = session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1))
    rows = []
    for action, subject, detail in entries:
        before = link(before or FIRST_LINK, at_ms, user_id, action, subject, detail)
        row = {"at": at_ms, "user_id": user_id, "action": action, "object": subject}
        rows.append({**row, "detail": detail, "hash": before})
    if rows:
        session.execute(insert(AuditEntry), rows)


def link(
    before: str, at_ms: int, user_id: int | None, action: str, subject: str, detail: dict[str, Any]
) -> str:
    """SHA-256 over the former hash and this entry's content (sorted JSON)."""
    content = orjson.dumps([at_ms, user_id, action, subject, detail], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(before.encode() + content).hexdigest()
