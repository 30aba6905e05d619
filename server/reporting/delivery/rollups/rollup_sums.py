"""Sums over the roll-ups, by whichever of their columns a report groups by."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from server.playlog.model.slot_states import Rank
from server.playlog.store.transaction import Tx
from server.reporting.delivery.figures import Figures
from server.reporting.delivery.grouping import Where
from server.reporting.delivery.placements_cache import Placed
from server.reporting.delivery.selection import Selection

FIGURES: Final = ("expected", "confirmed", "partial", "failed", "pre_empted", "shown_ms")
# With fewer seeks than this, looking up each day and place beats reading all of a day.
FEW: Final = 20_000
Sum = tuple[Where, Figures]


@dataclass(frozen=True, slots=True)
class DaySet:
    """Of a selection's days these alone, or all but these; ordinals."""

    numbers: frozenset[int]
    included: bool = True

    def __contains__(self, day: int) -> bool:
        return (day in self.numbers) is self.included

    @property
    def condition(self) -> str:
        """In SQL, with a value for each number."""
        among = _among("day", sorted(self.numbers))
        return among if self.included else f"NOT ({among})"


class SumQuery(NamedTuple):
    """A statement up to its conditions, those with their values, and the grouped columns."""

    start: str
    where: str
    values: tuple[int, ...]
    columns: str

    def added_up(self, tx: Tx, days: DaySet, spots: Mapping[int, Placed]) -> list[Sum]:
        """Its rows over some days; sums are whole numbers, which PostgreSQL calls decimal ones."""
        query = f"{self.start} WHERE {self.where} AND {days.condition} GROUP BY {self.columns}"
        found = []
        for day, hour, campaign, placement, cell, *sums in tx.rows(
            query, [*self.values, *sorted(days.numbers)]
        ):
            at = spots[placement].cell if placement else cell
            expected, confirmed, partial, failed, pre_empted, shown_ms = map(int, sums)
            figures = Figures(expected, confirmed, partial, failed, pre_empted, shown_ms=shown_ms)
            found.append((Where(day, hour, campaign, placement, at), figures))
        return found


def query_of(selection: Selection) -> SumQuery:
    """The fields of `Where` (0 if not grouped by), then the figures."""
    table = _table(selection)
    columns = _columns(selection, table)
    where, values = _conditions(selection, table)
    keys = ", ".join(name if name in columns else "0" for name in Where._fields)
    totals = ", ".join(f"SUM({figure})" for figure in FIGURES)
    start = f"SELECT {keys}, {totals} FROM {table}"  # noqa: S608 - names written in this package, never from a request
    return SumQuery(start, where, tuple(values), ", ".join(columns))


def adjustments(tx: Tx, selection: Selection) -> int:
    """Confirmed plays that came in after their month was frozen."""
    where, values = _conditions(selection, "rollup_late")
    return tx.number(
        f"SELECT COALESCE(SUM(confirmed), 0) FROM rollup_late WHERE {where}",  # noqa: S608 - names written in this package, never from a request
        values,
    )


def late_by_place(tx: Tx, selection: Selection) -> list[tuple[Where, int]]:
    """The same by where they count."""
    where, values = _conditions(selection, "rollup_late")
    keys = ", ".join(Where._fields)
    rows = tx.rows(
        f"SELECT {keys}, SUM(confirmed) FROM rollup_late WHERE {where} GROUP BY {keys}",  # noqa: S608 - names written in this package, never from a request
        values,
    )
    return [(Where(*row[:-1]), int(row[-1])) for row in rows]


def versions_of(tx: Tx, days: range) -> dict[int, int]:
    """The version of each day's roll-ups: another one as soon as any of them changes."""
    query = "SELECT day, version FROM rollup_versions WHERE day >= ? AND day < ? ORDER BY day"
    return dict(tx.rows(query, (days.start, days.stop)))


def unmet(
    tx: Tx, selection: Selection, days: range, placements: Sequence[int], ranks: Collection[Rank]
) -> list[tuple[Where, int]]:
    """Of the selection's plays at some placements: those booked as expected, less the booked
    states of these ranks. Below zero where a day isn't folded."""
    spots = {key: selection.spots[key] for key in placements}
    part = replace(selection, from_day=days.start, until_day=days.stop, spots=spots)
    day, by_day = ("day", ", day") if selection.by_day else ("0", "")
    where, values = _conditions(part, "rollup_screen")
    less = "".join(f" - {rank.name.lower()}" for rank in sorted(ranks))
    rows = tx.rows(
        f"SELECT {day}, campaign, placement, SUM(expected{less}) FROM rollup_screen "  # noqa: S608 - names written in this package, never from a request
        f"WHERE {where} GROUP BY campaign, placement{by_day}",
        values,
    )
    return [
        (Where(day, 0, campaign, placement, spots[placement].cell), int(plays))
        for day, campaign, placement, plays in rows
    ]


def _table(selection: Selection) -> str:
    if selection.group_by == "hour":
        return "rollup_hour"
    by_place = selection.limits.by_place or selection.by_place
    return "rollup_screen" if by_place else "rollup_day"


def _columns(selection: Selection, table: str) -> list[str]:
    place = "placement" if table == "rollup_screen" else "cell"
    return {
        "day": ["day"],
        "hour": ["day", "hour"],
        "campaign": ["campaign"],
        "screen_day": ["day", "placement"],
        "venue_campaign": ["campaign", "placement"],
    }.get(selection.group_by, [place])


def _conditions(selection: Selection, table: str) -> tuple[str, list[int]]:
    conditions, values = _days(selection, table)
    if selection.limits.campaign is not None:
        conditions.append("campaign = ?")
        values.append(selection.limits.campaign)
    if selection.limits.but_campaigns:
        others = sorted(selection.limits.but_campaigns)
        conditions.append(f"NOT ({_among('campaign', others)})")
        values += others
    if table in {"rollup_screen", "rollup_late"}:
        column, places, everything = "placement", list(selection.spots), selection.all_spots
    else:
        column, places, everything = "cell", list(selection.cells), selection.all_cells
    if not everything:
        conditions.append(_among(column, places))
        values += places
    return " AND ".join(conditions), values


def _days(selection: Selection, table: str) -> tuple[list[str], list[int]]:
    days = range(selection.from_day, selection.until_day)
    seeks = len(days) * len(selection.spots)
    if table == "rollup_screen" and not selection.all_spots and seeks <= FEW:
        return [_among("day", days)], list(days)
    return ["day >= ? AND day < ?"], [selection.from_day, selection.until_day]


def _among(column: str, values: Sequence[int]) -> str:
    return f"{column} IN ({', '.join('?' for _ in values)})" if values else "1 = 0"
