"""What the store knows of a time, for whoever works out figures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec

from playlists.windows import Span, union
from server.playlog.store.transaction import Tx

BEFORE_S: Final = 86_400  # as in the query below
"""No grace is longer: a beat before that says nothing of the time asked for."""

# One text a screen, which is several times as fast as a row for each run. Nobody is up any longer
# by an earlier run than the last one that begins before the time: that one is enough of those.
_RUNS: Final = (
    "SELECT a.c0, (SELECT {concat}(one.said, ',') FROM ("
    "SELECT '[' || r.from_s || ',' || r.last_s || ',' || r.kind || ']' AS said "
    "FROM contact_runs r WHERE r.screen = a.c0 AND r.from_s < a.c2 "
    "AND r.last_s >= a.c1 - 86400 "
    "AND r.from_s >= COALESCE((SELECT MAX(x.from_s) FROM contact_runs x "
    "WHERE x.screen = a.c0 AND x.from_s < a.c1), a.c1) ORDER BY r.from_s) AS one) FROM asked a"
)
_EVIDENCE: Final = (
    "SELECT a.c0, (SELECT {concat}(one.said, ',') FROM ("
    "SELECT '[' || r.from_s || ',' || r.until_s || ']' AS said "
    "FROM evidence_runs r WHERE r.screen = a.c0 AND r.from_s < a.c2 AND r.until_s > a.c1 "
    "AND r.from_s >= COALESCE((SELECT MAX(x.from_s) FROM evidence_runs x "
    "WHERE x.screen = a.c0 AND x.from_s < a.c1), a.c1) ORDER BY r.from_s) AS one) FROM asked a"
)
_SCREENS: Final = (
    "WITH RECURSIVE found (screen) AS (SELECT MIN(screen) FROM {table} UNION ALL "
    "SELECT (SELECT MIN(t.screen) FROM {table} t WHERE t.screen > found.screen) "
    "FROM found WHERE found.screen IS NOT NULL) "
    "SELECT screen FROM found WHERE screen IS NOT NULL"
)


class Heard(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Beats of one kind from `from_s` to `last_s`, none later than 45 s after the one before.

    Whole seconds since 1970 UTC; `kind` is one of `kinds.Kind`. For any grace of at least 45 s
    the screen was up in [from_s, last_s + grace).
    """

    from_s: int
    last_s: int
    kind: int


_HEARD: Final = msgspec.json.Decoder(list[Heard])
_SPANS: Final = msgspec.json.Decoder(list[tuple[int, int]])
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Facts:
    """Runs and evidence by screen in order of time; all spans are half-open, in whole seconds.

    Of the runs that end before the time, only the last is there, and none that ended a day before.
    `outages` are ours: between two rows of the server's own beat, before the first of all, and
    since the last. `doubts`: when the server's clock was wrong. `upstream`: when many screens
    were lost together; one that lasts reaches to the end of what was asked for.
    """

    runs: Mapping[int, Sequence[Heard]]
    evidence: Mapping[int, Sequence[Span]]
    outages: Sequence[Span]
    doubts: Sequence[Span]
    upstream: Sequence[Span]


def read_facts(tx: Tx, from_s: int, until_s: int, screens: Collection[int] | None = None) -> Facts:
    """What is known of [from_s, until_s), of some screens or of all that ever spoke.

    What began up to 24 h before and may reach in by a grace is there too.
    """
    low = from_s - BEFORE_S
    return Facts(
        runs=_by_screen(tx, "contact_runs", _RUNS, _HEARD, (from_s, until_s), screens),
        evidence=_by_screen(tx, "evidence_runs", _EVIDENCE, _SPANS, (from_s, until_s), screens),
        outages=_outages(tx, low, until_s),
        doubts=_spans(tx, "clock_doubts", low, until_s),
        upstream=_spans(tx, "upstream_runs", low, until_s),
    )


def last_own_beat(tx: Tx) -> int | None:
    """Until when the server can vouch for what it holds, None before its first beat."""
    found = tx.row("SELECT MAX(last_s) FROM server_runs")
    return None if found is None or found[0] is None else int(found[0])


def screens_of(tx: Tx, table: str) -> list[int]:
    """The screens that have rows in a table which begins with them."""
    return [row[0] for row in tx.rows(_SCREENS.format(table=table))]


def _by_screen(
    tx: Tx,
    table: str,
    query: str,
    decoder: "msgspec.json.Decoder[list[T]]",
    span: Span,
    screens: Collection[int] | None,
) -> Mapping[int, Sequence[T]]:
    """What a table has of each screen that it has something of."""
    wanted = screens_of(tx, table) if screens is None else sorted(set(screens))
    sql = query.format(concat="group_concat" if tx.is_sqlite else "string_agg")
    rows = tx.rows_for(sql, [(screen, *span) for screen in wanted])
    return {screen: decoder.decode(f"[{said}]") for screen, said in rows if said is not None}


def _outages(tx: Tx, low: int, high: int) -> list[Span]:
    """The time that no row of the server's own beat covers."""
    rows = tx.rows(
        "SELECT from_s, last_s FROM server_runs WHERE from_s < ? AND last_s >= ? ORDER BY from_s",
        (high, low),
    )
    found: list[Span] = []
    at = low
    for from_s, last_s in rows:
        if from_s > at:
            found.append((at, from_s))
        at = max(at, last_s)
    return [*found, (at, high)] if at < high else found


def _spans(tx: Tx, table: str, low: int, high: int) -> list[Span]:
    rows = tx.rows(
        f"SELECT from_s, until_s FROM {table} WHERE from_s < ? "  # noqa: S608 - own names
        "AND (until_s > ? OR until_s = 0)",
        (high, low),
    )
    return union((from_s, until_s or high) for from_s, until_s in rows)
