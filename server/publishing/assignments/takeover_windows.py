"""When which takeover was assigned to a screen, to know its plays again."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.foundation.db import plain_rows
from server.inventory.screens.models import Screen
from server.publishing.models import AssignedTakeover

Key = tuple[int, str, str]
Span = tuple[int | None, int]
"""From when (None: as before) until when."""

MANY: Final = 20
"""From so many screens on, all windows that aren't over are fewer than theirs of all years."""

_UPDATE: Final = "UPDATE assigned_takeovers SET from_ms = ?, until_ms = ? WHERE id = ?"
_END: Final = "UPDATE assigned_takeovers SET until_ms = ? WHERE id = ?"
_END_IF_NEWEST: Final = (
    "UPDATE assigned_takeovers SET until_ms = ? WHERE id = ? AND until_ms > ? "
    "AND EXISTS (SELECT 1 FROM assignments WHERE screen_id = ? AND version = ?)"
)


class Windows:
    """The takeovers of some screens that aren't over, except for one where it is no matter;
    changes are written by `save`.
    """

    def __init__(
        self, session: Session, screen_ids: Collection[int], now_ms: int, but: str | None = None
    ) -> None:
        self._session = session
        row = AssignedTakeover
        # A sum is found by no index, which leaves the one of ends to SQLite.
        place = row.screen_id if len(screen_ids) < MANY else row.screen_id + 0
        query = select(row.id, row.screen_id, row.object, row.asset).where(
            plain_rows.among(place, screen_ids), row.until_ms > now_ms
        )
        if but is not None:
            query = query.where(row.object != but)
        self._stored_ids: dict[Key, int] = {}
        self._of: defaultdict[int, list[Key]] = defaultdict(list)
        for number, *facts in plain_rows.rows(session, query):
            key: Key = (facts[0], facts[1], facts[2])
            self._stored_ids[key] = number
            self._of[key[0]].append(key)
        self._changed: dict[Key, Span] = {}

    def note(self, screen_id: int, takeover: Mapping[str, Any]) -> None:
        """The screen may show this takeover until it ends."""
        key = (screen_id, takeover["id"], takeover["asset"]["digest"])
        self._changed[key] = takeover["from"], takeover["until"]

    def others(self, screen_id: int, name: str | None) -> tuple[int, ...]:
        """The windows of the screen's other takeovers, by `assigned_takeovers.id`."""
        mine = self._of.get(screen_id)
        return tuple(self._stored_ids[key] for key in mine if key[1] != name) if mine else ()

    def end_others(self, screen_id: int, name: str | None, at_ms: int) -> None:
        """The screen has reported this one, or none: all others have ended."""
        for key in self._of.get(screen_id, ()):
            if key[1] != name:
                self._changed[key] = None, at_ms

    def save(self) -> None:
        """Write the collected changes."""
        stored_ids, changed = self._stored_ids, self._changed.items()
        alike: defaultdict[tuple[str, str, Span], list[int]] = defaultdict(list)
        for key, span in changed:
            if key not in stored_ids:
                alike[key[1], key[2], span].append(key[0])
        for what, screens in alike.items():
            self._insert(*what, screens)
        again = [(key, span) for key, span in changed if key in stored_ids]
        spans = [(*span, stored_ids[key]) for key, span in again if span[0] is not None]
        plain_rows.run_many(self._session, _UPDATE, spans)
        ends = [(span[1], stored_ids[key]) for key, span in again if span[0] is None]
        plain_rows.run_many(self._session, _END, ends)

    def _insert(self, name: str, asset: str, span: Span, screens: Collection[int]) -> None:
        """The same takeover for all of these screens."""
        row = AssignedTakeover
        values = {row.object: name, row.asset: asset, row.from_ms: span[0], row.until_ms: span[1]}
        plain_rows.insert_alike(self._session, row.screen_id, screens, Screen.id, values)


def end_windows(session: Session, ends: Sequence[tuple[int, int, int, int]]) -> None:
    """End windows, each a (window, screen, version, at_ms): the screen has accepted that version.

    Unless a newer version has been written, which may show the takeover again.
    """
    values = [(at_ms, window, at_ms, screen, version) for window, screen, version, at_ms in ends]
    plain_rows.run_many(session, _END_IF_NEWEST, values)
