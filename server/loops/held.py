"""Assignments as plain values while a round changes them: thousands are written in a moment.

Rows as objects of the mapper cost several times what signing them does.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from server.loops.models import Assignment

# Up to here the numbers go into the query; beyond, reading all rows costs less.
FEW: Final = 1_000


@dataclass(slots=True)
class Held:
    """What a screen was told last; the fields are those columns of `assignments`."""

    screen_id: int
    version: int = 0
    serial: int = 0
    manifest: str = ""
    leaving: str | None = None
    activate_at: int = 0
    issued_at: int = 0
    expires_at: int = 0
    takeover: dict[str, Any] | None = None
    takeover_until: int | None = None
    revoked: list[str] | None = None
    metered: dict[str, Any] | None = None
    pause: dict[str, Any] | None = None
    inputs: str = ""
    built_at: int = 0
    pinned: str = ""
    text: str = ""
    kid: str = ""
    signature: str = ""

    def in_force(self, now_ms: int) -> str:
        """The manifest that a screen which does as it is told has on air."""
        if self.leaving is None or self.activate_at <= now_ms:
            return self.manifest
        return self.leaving


_COLUMNS: Final = [one.name for one in fields(Held)]


def load(session: Session, screen_ids: Collection[int]) -> dict[int, Held]:
    """The newest assignments of some screens, by screen."""
    wanted = set(screen_ids)
    query = select(*(getattr(Assignment, name) for name in _COLUMNS))
    if len(wanted) <= FEW:
        query = query.where(Assignment.screen_id.in_(wanted))
    return {row[0]: Held(*row) for row in session.execute(query) if row[0] in wanted}


def save(session: Session, new: Iterable[Held], changed: Iterable[Held]) -> None:
    """Write rows that weren't there, and rows that were."""
    added = [_values(one) for one in new]
    if added:
        session.execute(insert(Assignment), added)
    values = [_values(one) for one in changed]
    if values:
        session.execute(update(Assignment), values)


def _values(row: Held) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _COLUMNS}
