"""Interned ids: row numbers for digests, assets with campaigns, and cells.

Also caches the tenures and placements by which each screen is booked, read for each batch and
changed once a day, and the last sealed day.
"""

from collections import OrderedDict
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar

from server.foundation.errors import NotFound
from server.foundation.public_ids import number
from server.playlog.model.screen_context import Place, Tenure

if TYPE_CHECKING:
    from server.playlog.store.placements import Placements
    from server.playlog.store.transaction import Tx

Item = tuple[str | None, str | None]
REMEMBERED: Final = 20_000
"""Entries of each kind: a district has some thousands, and a screen can invent any number."""

K = TypeVar("K")
V = TypeVar("V")


class Recent(OrderedDict[K, V]):
    """An LRU cache of at most `most` entries."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def get_recent(self, key: K) -> V | None:
        """The cached value, moved to the newest place; None without one."""
        if key in self:
            self.move_to_end(key)
        return self.get(key)

    def remember(self, key: K, value: V) -> V:
        """Store and return the value, evicting the least recently used one."""
        self[key] = value
        if len(self) > self._most:
            self.popitem(last=False)
        return value


class Names:
    """Caches interned ids; call `forget` when a transaction is rolled back."""

    def __init__(self) -> None:
        self._texts: Recent[str, int] = Recent(REMEMBERED)
        self._items: Recent[Item, tuple[int, int]] = Recent(REMEMBERED)
        self._cells: dict[Place, int] = {}
        self._text_of: Recent[int, str] = Recent(REMEMBERED)
        self._item_of: Recent[int, Item] = Recent(REMEMBERED)
        self.tenures: dict[int, tuple[int, tuple[Tenure, ...]]] = {}
        self.placements: dict[int, Placements] = {}
        self._newest_placement = 0
        self.sealed_day = 0

    def forget(self) -> None:
        """Drop everything that may not have been committed."""
        self._texts.clear()
        self._items.clear()
        self._cells.clear()
        self._text_of.clear()
        self._item_of.clear()
        self.tenures.clear()
        self.placements.clear()

    def follow_jobs(self, tx: "Tx") -> None:
        """Drop cached placements if any screen has moved, and read the last sealed day (0: none).

        A job may have changed either.
        """
        newest, self.sealed_day = tx.rows(
            "SELECT (SELECT COALESCE(MAX(id), 0) FROM placements), "
            "(SELECT COALESCE(MAX(day), 0) FROM day_seals)"
        )[0]
        if newest != self._newest_placement:
            self._newest_placement = newest
            self.placements.clear()

    def text(self, tx: "Tx", text: str | None) -> int:
        """The number of a manifest's digest, 0 for none."""
        if text is None:
            return 0
        found = self._texts.get_recent(text)
        if found is None:
            number = _find_or_add(tx, "names", ("text",), (text,))
            found = self._texts.remember(text, number)
        return found

    def text_of(self, tx: "Tx", key: int) -> str | None:
        """The text of a number."""
        if key == 0:
            return None
        found = self._text_of.get_recent(key)
        if found is None:
            row = tx.row("SELECT text FROM names WHERE id = ?", (key,))
            found = self._text_of.remember(key, row[0] if row else "")
        return found

    def item(self, tx: "Tx", asset: str | None, campaign: str | None) -> tuple[int, int]:
        """The number of an asset as shown for a campaign (or for none), and the campaign's own."""
        found = self._items.get_recent((asset, campaign))
        if found is None:
            columns = ("asset", "campaign")
            number = _find_or_add(tx, "items", columns, (asset or "", campaign or ""))
            found = self._items.remember((asset, campaign), (number, campaign_number(campaign)))
        return found

    def find_item(self, tx: "Tx", asset: str, campaign: str | None) -> tuple[int, int]:
        """As `item` without writing; number 0 for an item that never occurred."""
        found = self._items.get_recent((asset, campaign))
        if found is None:
            row = tx.row(
                "SELECT id FROM items WHERE asset = ? AND campaign = ?", (asset, campaign or "")
            )
            found = (int(row[0]) if row else 0, campaign_number(campaign))
            if row:
                self._items.remember((asset, campaign), found)
        return found

    def item_of(self, tx: "Tx", key: int) -> Item:
        """Asset and campaign of a number."""
        found = self._item_of.get_recent(key)
        if found is None:
            row = tx.row("SELECT asset, campaign FROM items WHERE id = ?", (key,))
            item = (row[0] or None, row[1] or None) if row else (None, None)
            found = self._item_of.remember(key, item)
        return found

    def cell(self, tx: "Tx", place: Place) -> int:
        """The number of (unit, territory, venue kind, line); a cell never changes."""
        if place not in self._cells:
            columns = ("unit", "territory", "venue_kind", "line")
            values = (place.unit, place.territory, place.venue_kind, place.line)
            self._cells[place] = _find_or_add(tx, "cells", columns, values)
        return self._cells[place]


@lru_cache(4_096)
def campaign_number(campaign: str | None) -> int:
    """The campaign's row number in roll-ups, 0 for none."""
    try:
        return number("campaign", campaign) if campaign else 0
    except NotFound:
        return 0


def _find_or_add(
    tx: "Tx", table: str, columns: tuple[str, ...], values: tuple[str | int, ...]
) -> int:
    where = " AND ".join(f"{column} = ?" for column in columns)
    find = f"SELECT id FROM {table} WHERE {where}"  # noqa: S608 - names come from this module
    row = tx.row(find, values)
    if row is None:
        marks = ", ".join("?" for _ in columns)
        names = ", ".join(columns)
        tx.run(
            f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608 - names written in this package, never from a request
            values,
        )
        row = tx.row(find, values)
    return int(row[0]) if row else 0
