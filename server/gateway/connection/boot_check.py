"""Checks at the handshake whether a boot was ruled out as a copy, by the play log's flags."""

from typing import Final

from sqlalchemy import func, select

from server.accounts.models import AuditEntry
from server.foundation.core import Core
from server.foundation.public_ids import number

RULE_OUT: Final = "screen.rule_out"
_RULED_OUT: Final = "SELECT 1 FROM boots WHERE screen = ? AND boot = ? AND flag = 'ruled_out'"


def is_ruled_out(core: Core, screen_id: int, boot: str) -> bool:
    """Whether a person has ruled this boot out as a copy."""
    return core.plays.first(_RULED_OUT, screen_id, boot) is not None


def newest_entry(core: Core) -> int:
    """The number of the audit trail's last entry, 0 if it is empty. Raises Busy."""
    with core.config.read() as session:
        return session.scalar(select(func.max(AuditEntry.id))) or 0


def ruled_out_since(core: Core, entry: int) -> tuple[int, list[tuple[int, str]]]:
    """The newest audit entry, and screens with boots ruled out after another entry.

    The audit entry precedes the act; entries on unknown boots have no effect. Raises Busy.
    """
    query = select(AuditEntry.id, AuditEntry.action, AuditEntry.object, AuditEntry.detail)
    with core.config.read() as session:
        rows = session.execute(query.where(AuditEntry.id > entry).order_by(AuditEntry.id)).all()
    found = [
        (number("screen", screen), str(detail["boot"]))
        for _, action, screen, detail in rows
        if action == RULE_OUT
    ]
    return rows[-1][0] if rows else entry, found
