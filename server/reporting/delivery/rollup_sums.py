"""Sums over the roll-ups, by whichever of their columns a report groups by."""

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from server.playlog.model.slot_states import Rank
from server.playlog.store.transaction import Tx
from server.reporting.delivery.figures import Figures
from server.reporting.delivery.grouping import Where
from server.reporting.delivery.selection import Selection

FIGURES: Final = ("expected", "confirmed", "partial", "failed", "pre_empted", "shown_ms")
# With fewer seeks than this, looking up each day and place beats reading all of a day.
FEW: Final = 20_000
REMEMBERED: Final = 200
SUM_ROWS: Final = 5_000

Sum = tuple[Where, Figures]
Key = tuple[str, tuple[int, ...]]


class Sums:
    """Adds up roll-ups, and remembers sums over days that have not changed since."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, tuple[int, Sequence[Sum]]] = OrderedDict()

    def of(self, tx: Tx, selection: Selection, today: int) -> Sequence[Sum]:
        """Expected plays of folded days, and the states that plays have given to slots.

        Today changes all the time and is added up by itself. The figures are shared: add them to
        others, never to them.
        """
        if not selection.from_day < today < selection.until_day:
            return self._of_days(tx, selection)
        past = self._of_days(tx, replace(selection, until_day=today))
        return [*past, *self._of_days(tx, replace(selection, from_day=today))]

    def _of_days(self, tx: Tx, selection: Selection) -> Sequence[Sum]:
        query, values = _query(selection)
        key = (query, tuple(values))
        version = _version(tx, selection)
        known = self._known.get(key)
        if known is not None and known[0] == version:
            self._known.move_to_end(key)
            return known[1]
        found = _added_up(tx, selection, query, values)
        if len(found) <= SUM_ROWS:
            self._known[key] = (version, found)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return found


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


def unmet(
    tx: Tx, selection: Selection, days: range, placements: Sequence[int], ranks: Collection[Rank]
) -> list[tuple[Where, int]]:
    """Of the selection's plays at some placements: those booked as expected, less the booked
    states of these ranks. Below zero where a day isn't folded."""
    spots = {key: selection.spots[key] for key in placements}
    part = replace(selection, from_day=days.start, until_day=days.stop, spots=spots)
    columns = ["placement", "campaign", *(["day"] if selection.by_day else [])]
    where, values = _conditions(part, "rollup_screen")
    less = "".join(f" - {rank.name.lower()}" for rank in sorted(ranks))
    rows = tx.rows(
        f"SELECT {', '.join(columns)}, SUM(expected{less}) FROM rollup_screen "  # noqa: S608 - names written in this package, never from a request
        f"WHERE {where} GROUP BY {', '.join(columns)}",
        values,
    )
    return [(_where(part, dict(zip(columns, row, strict=False))), int(row[-1])) for row in rows]


def _query(selection: Selection) -> tuple[str, list[int]]:
    """The fields of `Where` (0 if not grouped by), then the figures."""
    table = _table(selection)
    columns = _columns(selection, table)
    where, values = _conditions(selection, table)
    keys = ", ".join(name if name in columns else "0" for name in Where._fields)
    totals = ", ".join(f"SUM({figure})" for figure in FIGURES)
    query = f"SELECT {keys}, {totals} FROM {table} WHERE {where} GROUP BY {', '.join(columns)}"  # noqa: S608 - names written in this package, never from a request
    return query, values


def _added_up(tx: Tx, selection: Selection, query: str, values: list[int]) -> list[Sum]:
    """The rows of a query; sums are whole numbers, which PostgreSQL calls decimal ones."""
    spots, found = selection.spots, []
    for day, hour, campaign, placement, cell, *sums in tx.rows(query, values):
        where = Where(day, hour, campaign, placement, spots[placement].cell if placement else cell)
        expected, confirmed, partial, failed, pre_empted, shown_ms = map(int, sums)
        figures = Figures(expected, confirmed, partial, failed, pre_empted, shown_ms=shown_ms)
        found.append((where, figures))
    return found


def _version(tx: Tx, selection: Selection) -> int:
    return tx.number(
        "SELECT COALESCE(SUM(version), 0) FROM rollup_versions WHERE day >= ? AND day < ?",
        (selection.from_day, selection.until_day),
    )


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


def _where(selection: Selection, key: dict[str, int]) -> Where:
    placement = key.get("placement", 0)
    spot = selection.spots.get(placement)
    return Where(
        day=key.get("day", 0),
        hour=key.get("hour", 0),
        campaign=key.get("campaign", 0),
        placement=placement,
        cell=key.get("cell", spot.cell if spot else 0),
    )
