"""Roll-up changes of a transaction, collected in memory and written at its end.

Each day has a version that grows with every change, so that sums over days can be cached.
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import add
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from server.playlog.model.slot_states import Rank

if TYPE_CHECKING:
    from server.playlog.store.transaction import Tx

FIGURES: Final = ("expected", "confirmed", "partial", "failed", "pre_empted", "shown_ms")
KEYS: Final = {
    "rollup_screen": ("day", "placement", "campaign"),
    "rollup_hour": ("day", "hour", "campaign", "cell"),
    "rollup_day": ("day", "campaign", "item", "cell"),
    "rollup_late": ("day", "placement", "campaign", "hour", "item", "cell"),
}
"""The key columns of each table of sums.

Adjustments (after the freeze) have the keys of all others, so that each table plus the adjustments
equals the plays.
"""
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
Sums = dict[RollupKey, list[int]]
K = TypeVar("K")

NEW_VERSION: Final = (
    "INSERT INTO rollup_versions (day, version) VALUES (?, 1) "
    "ON CONFLICT (day) DO UPDATE SET version = rollup_versions.version + 1"
)


class RollupDimensions(NamedTuple):
    """Day, hour and place at which slots count; `late` after their month was frozen."""

    day: int
    hour: int
    placement: int
    cell: int
    late: bool = False


class Ledger:
    """Sums of changes by dimensions and item."""

    def __init__(self) -> None:
        self.spots: dict[RollupDimensions, dict[Item, list[int]]] = {}

    def add_state(
        self, spot: RollupDimensions, item: Item, rank: Rank, shown_ms: int, sign: int
    ) -> None:
        """Add (sign 1) or subtract (-1) a slot's state."""
        figures = self._figures(spot, item)
        figures[_FIGURE_OF[rank]] += sign
        figures[_SHOWN] += sign * shown_ms

    def add_confirmed(self, spot: RollupDimensions, plays: Iterable[tuple[Item, int]]) -> None:
        """Add newly confirmed slots: items with their ms on screen."""
        items = self.spots.setdefault(spot, {})
        for item, shown_ms in plays:
            figures = items.get(item)
            if figures is None:
                items[item] = [0, 1, 0, 0, 0, shown_ms]
            else:
                figures[1] += 1
                figures[5] += shown_ms

    def add_expected(self, spot: RollupDimensions, campaign: int, plays: int) -> None:
        """Add (or subtract) expected plays of a campaign."""
        self._figures(spot, (0, campaign))[0] += plays

    def merge(self, other: "Ledger") -> None:
        """Add another ledger's changes."""
        for spot, items in other.spots.items():
            mine = self.spots.setdefault(spot, {})
            for item, figures in items.items():
                add_figures(mine, item, figures)

    def _figures(self, spot: RollupDimensions, item: Item) -> list[int]:
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
    days = sorted({spot.day for ledger in ledgers for spot in ledger.spots})
    if days:
        tx.run_many(NEW_VERSION, [(day,) for day in days])


def rows_of(ledgers: Iterable[Ledger]) -> Mapping[str, list[Row]]:
    """The rows to be added by table: key and figures."""
    screens: Sums = {}
    late: Sums = {}
    hours: Sums = {}
    days: Sums = {}
    for ledger in ledgers:
        for (day, hour, placement, cell, is_late), items in ledger.spots.items():
            if is_late:
                for (item, campaign), figures in items.items():
                    add_figures(late, (day, placement, campaign, hour, item, cell), figures)
                continue
            for campaign, figures in _by_campaign(items).items():
                add_figures(screens, (day, placement, campaign), figures)
                add_figures(hours, (day, hour, campaign, cell), figures)
            for (item, campaign), figures in items.items():
                add_figures(days, (day, campaign, item, cell), figures)
    sums = (screens, hours, days, late)
    return {
        table: [(*key, *figures) for key, figures in rows.items()]
        for table, rows in zip(KEYS, sums, strict=True)
    }


def _by_campaign(items: Mapping[Item, list[int]]) -> dict[int, list[int]]:
    sums: dict[int, list[int]] = {}
    for (_, campaign), figures in items.items():
        add_figures(sums, campaign, figures)
    return sums


def add_figures(sums: dict[K, list[int]], key: K, figures: Sequence[int]) -> None:
    """Add figures to those of a key."""
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
