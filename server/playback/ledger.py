"""Roll-up changes of a transaction, added up in memory and written at its end."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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
_RANK_FIGURES: Final = {
    Rank.CONFIRMED: "confirmed",
    Rank.PARTIAL: "partial",
    Rank.FAILED: "failed",
    Rank.PRE_EMPTED: "pre_empted",
}
_SHOWN: Final = FIGURES.index("shown_ms")
RollupKey = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the roll-ups a slot counts; `late` after its month was frozen."""

    day: int
    hour: int
    placement: int
    cell: int
    campaign: int
    item: int
    late: bool = False

    def rows(self) -> Iterable[tuple[str, RollupKey]]:
        """The rows that hold this spot."""
        screen_key = (self.day, self.placement, self.campaign, self.item)
        if self.late:
            yield "rollup_late", screen_key
            return
        yield "rollup_screen", screen_key
        yield "rollup_hour", (self.day, self.hour, self.campaign, self.item, self.cell)
        yield "rollup_day", (self.day, self.campaign, self.item, self.cell)


class Ledger:
    """Sums of changes by table and key."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[RollupKey, list[int]]] = {
            table: defaultdict(_zeros) for table in KEYS
        }

    def add_state(self, spot: Spot, rank: Rank, shown_ms: int, sign: int) -> None:
        """A slot's state comes to count (1) or counts no more (-1)."""
        figure = FIGURES.index(_RANK_FIGURES[rank])
        for table, key in spot.rows():
            figures = self.tables[table][key]
            figures[figure] += sign
            figures[_SHOWN] += sign * shown_ms

    def add_expected(self, spot: Spot, plays: int) -> None:
        """So many expected plays more, or less."""
        for table, key in spot.rows():
            self.tables[table][key][0] += plays

    def merge(self, other: "Ledger") -> None:
        """Take over another ledger's changes."""
        for table, rows in other.tables.items():
            mine = self.tables[table]
            for key, figures in rows.items():
                mine[key] = [a + b for a, b in zip(mine[key], figures, strict=True)]

    def write(self, tx: "Tx") -> None:
        """Add the changes to the tables, in the order of their keys, and start anew."""
        for table, rows in self.tables.items():
            changed = [(*key, *figures) for key, figures in rows.items() if any(figures)]
            if changed:
                tx.run_many(_upsert(table), sorted(changed))
            rows.clear()


def _zeros() -> list[int]:
    return [0] * len(FIGURES)


def _upsert(table: str) -> str:
    columns: Sequence[str] = (*KEYS[table], *FIGURES)
    marks = ", ".join("?" for _ in columns)
    sums = ", ".join(f"{figure} = {table}.{figure} + excluded.{figure}" for figure in FIGURES)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) "  # noqa: S608 - own names
        f"ON CONFLICT ({', '.join(KEYS[table])}) DO UPDATE SET {sums}"
    )
