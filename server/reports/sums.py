"""Sums over the roll-ups, by whichever of their columns a report groups by."""

from collections.abc import Iterator, Sequence
from typing import Final

from server.playback.driver import Tx
from server.reports.figures import Figures
from server.reports.grouping import Where
from server.reports.selection import Selection

FIGURES: Final = ("expected", "confirmed", "partial", "failed", "pre_empted", "shown_ms")
# With fewer seeks than this, looking up each day and place beats reading all of a day.
FEW: Final = 20_000
MOST_VALUES: Final = 30_000


def sums(tx: Tx, selection: Selection) -> Iterator[tuple[Where, Figures]]:
    """Expected plays of folded days, and the states that plays have given to slots."""
    table = _table(selection)
    columns = _columns(selection, table)
    where, values = _conditions(selection, table)
    totals = ", ".join(f"SUM({figure})" for figure in FIGURES)
    query = f"SELECT {', '.join(columns)}, {totals} FROM {table} WHERE {where} "  # noqa: S608
    for row in tx.rows(query + f"GROUP BY {', '.join(columns)}", values):
        key = dict(zip(columns, row, strict=False))
        expected, confirmed, partial, failed, pre_empted, shown_ms = row[len(columns) :]
        figures = Figures(expected, confirmed, partial, failed, pre_empted, shown_ms=shown_ms)
        yield _where(selection, key), figures


def adjustments(tx: Tx, selection: Selection) -> int:
    """Confirmed plays that came in after their month was frozen."""
    where, values = _conditions(selection, "rollup_late")
    return tx.number(
        f"SELECT COALESCE(SUM(confirmed), 0) FROM rollup_late WHERE {where}",  # noqa: S608
        values,
    )


def _table(selection: Selection) -> str:
    if selection.group_by == "hour":
        return "rollup_hour"
    by_place = selection.limits.by_place or selection.group_by in {"screen", "venue"}
    return "rollup_screen" if by_place else "rollup_day"


def _columns(selection: Selection, table: str) -> list[str]:
    place = "placement" if table == "rollup_screen" else "cell"
    return {
        "day": ["day"],
        "hour": ["day", "hour"],
        "campaign": ["campaign"],
    }.get(selection.group_by, [place])


def _conditions(selection: Selection, table: str) -> tuple[str, list[int]]:
    conditions, values = _days(selection, table)
    if selection.limits.campaign is not None:
        conditions.append("campaign = ?")
        values.append(selection.limits.campaign)
    if table in {"rollup_screen", "rollup_late"}:
        column, places, everything = "placement", list(selection.spots), selection.all_spots
    else:
        column, places, everything = "cell", list(selection.cells), selection.all_cells
    if not everything:
        conditions.append(_among(column, places))
        values += places[:MOST_VALUES]
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
