"""Checks the chains of the audit trail and of the play log."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from server.accounts.audit_log.record import FIRST_LINK, link
from server.foundation.civil_time import Civil
from server.foundation.config import Settings
from server.foundation.db.session import open_database
from server.foundation.errors import Busy
from server.operations.backup.opened_databases import closing_databases
from server.operations.backup.sqlite_form import path_of
from server.operations.doctor import stores
from server.operations.doctor.finding import Check, Finding
from server.playlog.audit.day_seals_check import check_sealed
from server.playlog.store.interned_ids import Names
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx

TRAIL: Final = Check("审计日志", "audit trail")
PLAYS: Final = Check("播放记录封存链", "chain of plays")
ENTRIES: Final = (
    "SELECT id, at, user_id, action, object, detail, hash FROM audit_entries ORDER BY id"
)


def trail(settings: Settings) -> Finding:
    """Reports the first broken entry, or the last hash, to be written down."""
    before, count = FIRST_LINK, 0
    for number, at_ms, user_id, action, subject, detail, kept in stores.rows(settings, ENTRIES):
        if kept != link(before, at_ms, user_id, action, subject, _read(detail)):
            return TRAIL.bad(
                f"第 {number} 条与前一条接不上，已被改动或删除：保留现场，与备份核对。",
                f"entry {number} doesn't fit the one before: it was changed, or one was taken "
                "out. Keep everything as it is, and compare it with a backup.",
            )
        before, count = kept, count + 1
    return TRAIL.ok(
        f"{count} 条，完整；末条哈希 {before}（抄存一份，以后核对）。",
        f"{count} entries, whole; the last one's hash is {before}, to be kept elsewhere.",
    )


def plays(settings: Settings) -> Iterator[Finding]:
    """Verifies each sealed day against its batches: reports the first mismatch."""
    try:
        checked = check_sealed(partial(_reading, settings), Civil(settings.zone))
    except (OSError, sqlite3.Error, SQLAlchemyError, Busy):
        return  # reported by the check of the database
    if checked.findings:
        first, count = checked.findings[0], len(checked.findings)
        yield PLAYS.bad(
            f"共 {count} 处不符，第一处：{first.zh}保留现场，与备份核对。",
            f"{count} findings, the first: {first.en}. Keep everything as it is, and compare it "
            "with a backup.",
        )
        return
    yield PLAYS.ok(f"{checked.days} 天，完整。", f"{checked.days} sealed days, whole.")


@contextmanager
def _reading(settings: Settings) -> Iterator[Tx]:
    """A read transaction on the plays without side effects. Raises OSError, Busy, DB errors."""
    if settings.plays_schema is None:
        path = path_of(settings.plays_url)
        if not path.exists():
            raise FileNotFoundError(path)
        with closing(stores.open_to_read(settings, path)) as connection:
            yield Tx(connection, Names())
        return
    database = open_database(settings.plays_url, settings.plays_schema)
    with closing_databases(database), snapshot(database) as tx:
        yield tx


def _read(detail: Any) -> dict[str, Any]:
    """A JSON value from SQLite (text) or PostgreSQL."""
    found: dict[str, Any] = json.loads(detail) if isinstance(detail, str) else detail
    return found
