"""When which takeover was assigned to a screen, to know its plays again."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from server.loops.models import AssignedTakeover

Key = tuple[int, str, str]


class Windows:
    """The takeovers of some screens that aren't over; changes are written by `save`."""

    def __init__(self, session: Session, screen_ids: Collection[int], now_ms: int) -> None:
        self._session = session
        row = AssignedTakeover
        query = select(row.id, row.screen_id, row.object, row.asset).where(
            row.screen_id.in_(list(screen_ids)), row.until_ms > now_ms
        )
        self._known: dict[Key, int] = {
            (screen_id, name, asset): number
            for number, screen_id, name, asset in session.execute(query)
        }
        self._changed: dict[Key, dict[str, Any]] = {}

    def note(self, screen_id: int, takeover: Mapping[str, Any]) -> None:
        """The screen may show this takeover until it ends."""
        key = (screen_id, takeover["id"], takeover["asset"]["digest"])
        self._changed[key] = {"from_ms": takeover["from"], "until_ms": takeover["until"]}

    def end_others(self, screen_id: int, name: str | None, at_ms: int) -> None:
        """The screen has said that it shows this one, or none: all others are over."""
        for key in self._known:
            if key[0] == screen_id and key[1] != name:
                self._changed[key] = {"until_ms": at_ms}

    def save(self) -> None:
        """Write what was noted."""
        added = [
            {"screen_id": key[0], "object": key[1], "asset": key[2], **span}
            for key, span in self._changed.items()
            if key not in self._known
        ]
        changed = [
            {"id": self._known[key], **span}
            for key, span in self._changed.items()
            if key in self._known
        ]
        if added:
            self._session.execute(insert(AssignedTakeover), added)
        if changed:
            self._session.execute(update(AssignedTakeover), changed)
