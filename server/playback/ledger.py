"""Roll-up changes of a transaction, gathered in memory and written at its end."""

from collections.abc import Iterable, Mapping, Sequence
from operator import add
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from server.playback.slots import Rank

if TYPE_CHECKING:
    from server.playback.driver import Tx

FIGURES: Final = ("expected", "confirmed", "partial", "failed", "pre_empted", "shown_ms")
KEYS: Final = {
    "rollup_screen": ("day", "placement", "campaign", "item"),
    "rollup_hour": ("day", "hour", "campaign", "item", "cell"),
    "rollup_day": ("day", "campaign", "item", "cell"),
    "rollup_late": ("day", "placement", "campaign", "item"),
}
_FIGURE_OF: Final = {
    Rank.CONFIRMED: FIGURES.index("confirmed"),
    Rank.PARTIAL: FIGURES.index("partial"),
    Rank.FAILED: FIGURES.index("failed"),
    Rank.PRE_EMPTED: FIGURES.index("pre_empted"),
}
_SHOWN: Final = FIGURES.index("shown_ms")
RollupKey = tuple[int, ...]
Row = tuple[int, ...]
Item = tuple[int, int]
"""Row number of an item, and the number of its campaign."""
K = TypeVar("K")


class Spot(NamedTuple):
    """When and where slots count; `late` after their month was frozen."""

    day: int
    hour: int
    placement: int
    cell: int
    late: bool = False


class Ledger:
    """Sums of changes by spot and item."""

    def __init__(self) -> None:
        self.spots: dict[Spot, dict[Item, list[int]]] = {}

    def add_state(self, spot: Spot, item: Item, rank: Rank, shown_ms: int, sign: int) -> None:
        """A slot's state comes to count (1) or counts no more (-1)."""
        figures = self._figures(spot, item)
        figures[_FIGURE_OF[rank]] += sign
        figures[_SHOWN] += sign * shown_ms

    def add_confirmed(self, spot: Spot, plays: Iterable[tuple[Item, int]]) -> None:
        """Slots that had nothing are confirmed: items with the ms for which they were shown."""
        items = self.spots.setdefault(spot, {})
        for item, shown_ms in plays:
            figures = items.get(item)
            if figures is None:
                items[item] = [0, 1, 0, 0, 0, shown_ms]
            else:
                figures[1] += 1
                figures[5] += shown_ms

    def add_expected(self, spot: Spot, campaign: int, plays: int) -> None:
        """So many expected plays of a campaign more, or less."""
        self._figures(spot, (0, campaign))[0] += plays

    def merge(self, other: "Ledger") -> None:
        """Take over another ledger's changes."""
        for spot, items in other.spots.items():
            mine = self.spots.setdefault(spot, {})
            for item, figures in items.items():
                _add(mine, item, figures)

    def tables(self) -> Mapping[str, Mapping[RollupKey, list[int]]]:
        """The changes by table and key."""
        tables: dict[str, dict[RollupKey, list[int]]] = {}
        for table, rows in rows_of([self]).items():
            size = len(KEYS[table])
            tables[table] = {}
            for row in rows:
                _add(tables[table], row[:size], row[size:])
        return tables

    def _figures(self, spot: Spot, item: Item) -> list[int]:
        items = self.spots.get(spot)
        if items is None:
            items = self.spots[spot] = {}
        figures = items.get(item)
        if figures is None:
            figures = items[item] = [0] * len(FIGURES)
        return figures


def write(tx: "Tx", ledgers: Sequence[Ledger]) -> None:
    """Add the changes of some ledgers to the tables, in the order of their keys."""
    for table, rows in rows_of(ledgers).items():
        if rows:
            rows.sort()
            tx.run_many(_upsert(table), rows)


def rows_of(ledgers: Sequence[Ledger]) -> Mapping[str, list[Row]]:
    """The rows to be added by table: key and figures.

    Rows of single screens may come more than once, those of cells, which many screens share, are
    added up.
    """
    screens: list[Row] = []
    late: list[Row] = []
    hours: dict[tuple[int, int, int], dict[Item, list[int]]] = {}
    for ledger in ledgers:
        for (day, hour, placement, cell, is_late), items in ledger.spots.items():
            rows = late if is_late else screens
            for (item, campaign), figures in items.items():
                rows.append((day, placement, campaign, item, *figures))
            if not is_late:
                shared = hours.setdefault((day, hour, cell), {})
                for key, figures in items.items():
                    _add(shared, key, figures)
    return {
        "rollup_screen": screens,
        "rollup_hour": [
            (day, hour, campaign, item, cell, *figures)
            for (day, hour, cell), items in hours.items()
            for (item, campaign), figures in items.items()
        ],
        "rollup_day": [
            (day, campaign, item, cell, *figures)
            for (day, _, cell), items in hours.items()
            for (item, campaign), figures in items.items()
        ],
        "rollup_late": late,
    }


def _add(sums: dict[K, list[int]], key: K, figures: Sequence[int]) -> None:
    mine = sums.get(key)
    if mine is None:
        sums[key] = list(figures)
    else:
        mine[:] = map(add, mine, figures)


def _upsert(table: str) -> str:
    columns: Sequence[str] = (*KEYS[table], *FIGURES)
    marks = ", ".join("?" for _ in columns)
    sums = ", ".join(f"{figure} = {table}.{figure} + excluded.{figure}" for figure in FIGURES)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) "  # noqa: S608 - own names
        f"ON CONFLICT ({', '.join(KEYS[table])}) DO UPDATE SET {sums}"
    )
