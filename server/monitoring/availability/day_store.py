"""Rows of daily figures: by screen and day, in blocks, and progress marks."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from server.monitoring.availability.packed_records import block_of, with_record
from server.playlog.store.transaction import Tx

AWAITS: Final = 1
"""The log of the day may still be incomplete."""
FEW_SCREENS: Final = 500
"""Up to so many are asked for by number."""
OPEN: Final = 2
"""The lateness of the log is not decided yet."""
_HOURS: Final = "SELECT screen, hours FROM uptime_days WHERE day = ?"
_SUMMED: Final = "hours"
"""The mark that equals that of rows, unless a release wrote rows that doesn't know sums by hour."""
_COLUMNS: Final = "day, screen, closed, waits, told_s, stamp, operating, figures, hours"


class DayRow(NamedTuple):
    """A stored day of one screen.

    `closed`: the day is over, and also in the blocks. `watermark_s`: the log's watermark, at most
    the day's end. `stamp` changes with grace, exclusions and roster of the day.
    """

    day: int
    screen: int
    closed: int
    waits: int
    watermark_s: int
    stamp: int
    operating: bytes
    figures: bytes
    hours: bytes


def stored_rows(tx: Tx, day: int, screens: Sequence[int] | None = None) -> dict[int, DayRow]:
    """The rows of a day by screen; of all screens, or of some."""
    if screens is not None and not screens:
        return {}  # PostgreSQL takes no empty list
    few = screens is not None and len(screens) <= FEW_SCREENS
    among = f"AND screen IN ({_marks(screens or ())})" if few else ""
    rows = tx.rows(
        f"SELECT {_COLUMNS} FROM uptime_days WHERE day = ? {among}",  # noqa: S608 - own names
        (day, *(screens or () if few else ())),
    )
    return {row[1]: DayRow(*row) for row in rows}


def write_rows(tx: Tx, rows: Sequence[DayRow]) -> None:
    """Write rows, those of closed days also into the blocks.

    A pass that began before the day ended may finish after one that closed it; its rows are
    skipped.
    """
    tx.run_many(
        f"INSERT INTO uptime_days ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "  # noqa: S608 - own names
        "ON CONFLICT (day, screen) DO UPDATE SET closed = excluded.closed, "
        "waits = excluded.waits, told_s = excluded.told_s, stamp = excluded.stamp, "
        "operating = excluded.operating, figures = excluded.figures, hours = excluded.hours "
        "WHERE excluded.closed >= uptime_days.closed",
        rows,
    )
    blocks: defaultdict[int, list[DayRow]] = defaultdict(list)
    for row in rows:
        if row.closed:
            blocks[block_of(row.day)].append(row)
    if rows:
        version = rows_version(tx) + 1
        _forget_sums(tx, {row.day for row in rows})
        set_marks(tx, {"rows": version, _SUMMED: version})
    if blocks:
        version = block_version(tx) + 1
        set_marks(tx, {"version": version})
        for block, mine in blocks.items():
            _write_block(tx, block, version, mine)


def _write_block(tx: Tx, block: int, version: int, rows: Sequence[DayRow]) -> None:
    screens = sorted({row.screen for row in rows})
    stored: dict[int, bytes] = dict(
        tx.rows(
            f"SELECT screen, days FROM uptime_blocks WHERE block = ? "  # noqa: S608 - marks only
            f"AND screen IN ({_marks(screens)})",
            (block, *screens),
        )
    )
    for row in rows:
        stored[row.screen] = with_record(stored.get(row.screen), row.day, row.figures)
    tx.run_many(
        "INSERT INTO uptime_blocks (block, screen, version, days) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (block, screen) DO UPDATE SET version = excluded.version, "
        "days = excluded.days",
        [(block, screen, version, stored[screen]) for screen in screens],
    )


def rows_version(tx: Tx) -> int:
    """A version that grows whenever a day is written."""
    return mark(tx, "rows")


def block_version(tx: Tx) -> int:
    """A version that grows whenever a closed day is written."""
    return mark(tx, "version")


def blocks_of(tx: Tx, block: int) -> list[tuple[int, bytes]]:
    """Screen and days of a block."""
    rows = tx.rows("SELECT screen, days FROM uptime_blocks WHERE block = ?", (block,))
    return [(row[0], row[1]) for row in rows]


def blocks_since(tx: Tx, version: int) -> Iterator[tuple[int, int, bytes]]:
    """Block, screen and days written after a version."""
    yield from tx.rows(
        "SELECT block, screen, days FROM uptime_blocks WHERE version > ?", (version,)
    )


def running_days(tx: Tx, from_day: int, until_day: int) -> Iterator[tuple[int, int, bytes]]:
    """Day, screen and figures of open days in [from_day, until_day)."""
    first = max(from_day, mark(tx, "closed_until"))
    yield from tx.rows(
        "SELECT day, screen, figures FROM uptime_days WHERE day >= ? AND day < ? AND closed = 0",
        (first, until_day),
    )


def hours_of_day(
    tx: Tx, day: int, screens: Collection[int] | None = None
) -> list[tuple[int, bytes]]:
    """Screen and hours of a day; of all screens, or of some."""
    if screens is None or len(screens) > FEW_SCREENS:
        return [(row[0], row[1]) for row in tx.rows(_HOURS, (day,))]
    among = f"AND screen IN ({_marks(screens)})" if screens else "AND 1 = 0"
    return [(row[0], row[1]) for row in tx.rows(f"{_HOURS} {among}", (day, *screens))]


class SummedDay(NamedTuple):
    """The hours of a day summed over screens, packed: over all, and by cell.

    `places`: a checksum of the moves until the day's end, which decide on the cell.
    """

    day: int
    places: int
    whole: bytes
    cells: bytes


def summed_days(tx: Tx) -> set[int]:
    """Days with sums by hour that hold."""
    if mark(tx, _SUMMED) != rows_version(tx):
        return set()
    return {row[0] for row in tx.rows("SELECT day FROM uptime_hours")}


def hour_sums(tx: Tx, days: range, column: str) -> dict[int, tuple[int, bytes]]:
    """By day of which there are any that hold: checksum of placements, and `whole` or `cells`."""
    if mark(tx, _SUMMED) != rows_version(tx):
        return {}
    rows = tx.rows(
        f"SELECT day, places, {column} FROM uptime_hours WHERE day >= ? AND day < ?",  # noqa: S608 - own names
        (days.start, days.stop),
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def write_hour_sums(tx: Tx, found: SummedDay, version: int) -> None:
    """Write a day's sums, unless any day was written after that version of the rows."""
    if rows_version(tx) != version:
        return
    _forget_sums(tx, {found.day})
    tx.run("INSERT INTO uptime_hours (day, places, whole, cells) VALUES (?, ?, ?, ?)", found)
    set_marks(tx, {_SUMMED: version})


def _forget_sums(tx: Tx, days: Iterable[int]) -> None:
    """Delete the sums of days that change; all, if an older release has written rows since."""
    if mark(tx, _SUMMED) != rows_version(tx):
        tx.run("DELETE FROM uptime_hours")
    tx.run_many("DELETE FROM uptime_hours WHERE day = ?", [(day,) for day in days])


class Waiting(NamedTuple):
    """The columns of a waiting row that decide whether its wait is over."""

    day: int
    screen: int
    waits: int
    watermark_s: int


def waiting(tx: Tx) -> Iterator[Waiting]:
    """Closed days that may still change without new input."""
    for row in tx.rows(
        "SELECT day, screen, waits, told_s FROM uptime_days WHERE waits > 0 AND closed = 1"
    ):
        yield Waiting(*row)


def stored_stamps(tx: Tx, day: int) -> list[tuple[int, int]]:
    """Screen and stamp of each row of a day."""
    rows = tx.rows("SELECT screen, stamp FROM uptime_days WHERE day = ?", (day,))
    return [(row[0], row[1]) for row in rows]


def mark(tx: Tx, name: str) -> int:
    """A progress mark; 0 if it was never set."""
    row = tx.row("SELECT value FROM uptime_marks WHERE name = ?", (name,))
    return int(row[0]) if row else 0


def set_marks(tx: Tx, marks: Mapping[str, int]) -> None:
    """Set progress marks."""
    tx.run_many(
        "INSERT INTO uptime_marks (name, value) VALUES (?, ?) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        list(marks.items()),
    )


def _marks(numbers: Iterable[int]) -> str:
    return ", ".join("?" for _ in numbers)
