"""What was heard: contact, evidence of display, our own outages and doubts; as it is stored."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from playlists.windows import Span, subtract, union
from server.playback.driver import Row, Tx

REACH_S: Final = 24 * 3600
"""The longest grace: a run that ended earlier can't reach into a window."""
FEW: Final = 500
"""Up to here the numbers go into the query."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Beats from `from_s` to `last_s`; `kind` 0 fine, 1 impaired, 2 said to be off or not ready."""

    from_s: int
    last_s: int
    kind: int


@dataclass(frozen=True, slots=True)
class Facts:
    """By screen in order of time; the server's own spans are sorted and disjoint."""

    runs: Mapping[int, Sequence[Heard]]
    evidence: Mapping[int, Sequence[Span]]
    outages: Sequence[Span]
    doubts: Sequence[Span]
    upstream: Sequence[Span]


class _Wanted(NamedTuple):
    """Which columns beside screen and from_s, of runs that reach into [from_s, until_s)."""

    table: str
    columns: str
    from_s: int
    until_s: int


def read_facts(tx: Tx, from_s: int, until_s: int, screens: Collection[int] | None = None) -> Facts:
    """What bears on [from_s, until_s), of all screens or of some; runs up to 24 h before it too."""
    runs: defaultdict[int, list[Heard]] = defaultdict(list)
    since_s = from_s - REACH_S
    heard = _Wanted("contact_runs", "r.last_s, r.kind", since_s, until_s)
    for screen, start, last, kind in _rows(tx, heard, screens):
        if last >= since_s:
            runs[screen].append(Heard(start, last, kind))
    evidence: defaultdict[int, list[Span]] = defaultdict(list)
    shown = _Wanted("evidence_runs", "r.until_s", from_s, until_s)
    for screen, start, until in _rows(tx, shown, screens):
        if until > from_s:
            evidence[screen].append((start, until))
    return Facts(
        runs,
        evidence,
        _outages(tx, since_s, until_s),
        _spans(tx, "clock_doubts", since_s, until_s),
        _spans(tx, "upstream_runs", from_s, until_s),
    )


def _rows(tx: Tx, wanted: _Wanted, screens: Collection[int] | None) -> list[Row]:
    """Rows of a table of disjoint runs by screen: for each screen one seek into its key.

    Of the runs that began before the window only the last may reach into it.
    """
    table = wanted.table
    numbers = [] if screens is None or len(screens) > FEW else [*screens]
    if screens is not None and len(screens) <= FEW:
        marks = ", ".join("?" for _ in numbers) or "NULL"
        known = f"SELECT DISTINCT screen FROM {table} WHERE screen IN ({marks})"  # noqa: S608 - marks only
    else:
        # Hops from screen to screen, where DISTINCT would read all rows.
        known = (
            f"SELECT MIN(screen) FROM {table} UNION ALL "  # noqa: S608 - own names
            f"SELECT (SELECT MIN(screen) FROM {table} WHERE screen > known.screen) FROM known "
            "WHERE known.screen IS NOT NULL"
        )
    found = tx.rows(
        f"WITH RECURSIVE known (screen) AS ({known}) "  # noqa: S608 - own names
        f"SELECT r.screen, r.from_s, {wanted.columns} FROM known k JOIN {table} r "
        "ON r.screen = k.screen AND r.from_s < ? AND r.from_s >= COALESCE("
        f"(SELECT MAX(b.from_s) FROM {table} b WHERE b.screen = k.screen AND b.from_s <= ?), ?) "
        "ORDER BY r.screen, r.from_s",
        (*numbers, wanted.until_s, wanted.from_s, wanted.from_s),
    )
    return found if screens is None else [row for row in found if row[0] in screens]


def _spans(tx: Tx, table: str, from_s: int, until_s: int) -> list[Span]:
    """Spans of a table that overlap [from_s, until_s); an end of 0 is none yet."""
    rows = tx.rows(
        f"SELECT from_s, until_s FROM {table} WHERE from_s < ? AND (until_s = 0 OR until_s > ?) "  # noqa: S608 - own names
        "ORDER BY from_s",
        (until_s, from_s),
    )
    return [(low, high or until_s) for low, high in rows]


def _outages(tx: Tx, from_s: int, until_s: int) -> list[Span]:
    """The time that no run of the server's own beats covers."""
    rows = tx.rows(
        "SELECT from_s, last_s FROM server_runs WHERE from_s < ? AND last_s >= ? ORDER BY from_s",
        (until_s, from_s),
    )
    return subtract([(from_s, until_s)], union((low, high) for low, high in rows))
