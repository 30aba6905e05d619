"""Roll-up changes of a transaction, added up in memory and written at its end."""

from collections.abc import Mapping, Sequence
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
K = TypeVar("K")


class Spot(NamedTuple):
    """Where in the roll-ups a slot counts; `late` after its month was frozen."""

    day: int
    hour: int
    placement: int
    cell: int
    campaign: int
    item: int
    late: bool = False


class Ledger:
    """Sums of changes by spot."""

    def __init__(self) -> None:
        self.spots: dict[Spot, list[int]] = {}

    def add_state(self, spot: Spot, rank: Rank, shown_ms: int, sign: int) -> None:
        """A slot's state comes to count (1) or counts no more (-1)."""
        figures = self._figures(spot)
        figures[_FIGURE_OF[rank]] += sign
        figures[_SHOWN] += sign * shown_ms

    def add_expected(self, spot: Spot, plays: int) -> None:
        """So many expected plays more, or less."""
        self._figures(spot)[0] += plays

    def merge(self, other: "Ledger") -> None:
        """Take over another ledger's changes."""
        for spot, figures in other.spots.items():
            _add(self.spots, spot, figures)

    def write(self, tx: "Tx") -> None:
        """Add the changes to the tables, in the order of their keys, and start anew."""
        for table, rows in self.tables().items():
            changed = [(*key, *figures) for key, figures in rows.items() if any(figures)]
            if changed:
                tx.run_many(_upsert(table), sorted(changed))
        self.spots.clear()

    def tables(self) -> Mapping[str, dict[RollupKey, list[int]]]:
        """The changes by table and key."""
        screens: dict[RollupKey, list[int]] = {}
        late: dict[RollupKey, list[int]] = {}
        hours: dict[RollupKey, list[int]] = {}
        days: dict[RollupKey, list[int]] = {}
        for (day, hour, placement, cell, campaign, item, is_late), figures in self.spots.items():
            _add(late if is_late else screens, (day, placement, campaign, item), figures)
            if not is_late:
                _add(hours, (day, hour, campaign, item, cell), figures)
        for (day, _, campaign, item, cell), figures in hours.items():
            _add(days, (day, campaign, item, cell), figures)
        return dict(zip(KEYS, (screens, hours, days, late), strict=True))

    def _figures(self, spot: Spot) -> list[int]:
        figures = self.spots.get(spot)
        if figures is None:
            figures = self.spots[spot] = [0] * len(FIGURES)
        return figures


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
