"""Reads runs, evidence, outages and doubts of a time span for computing figures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec

from playlists.windows import Span, union
from server.playlog.store.transaction import Tx

BEFORE_S: Final = 86_400  # as in the query below
"""Seconds; no grace is longer, so older heartbeats don't affect the span."""

# One JSON text per screen, several times faster than a row per run. Of the runs that begin before
# the span only the last can still reach into it.
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


class ContactRun(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Heartbeats of one kind from `from_s` to `last_s`, each at most 45 s after the previous.

    Whole seconds since 1970 UTC; `kind` is one of `classifier.Kind`. For any grace of at least 45 s
    the screen was up in [from_s, last_s + grace).
    """

    from_s: int
    last_s: int
    kind: int


_CONTACT_RUNS: Final = msgspec.json.Decoder(list[ContactRun])
_SPANS: Final = msgspec.json.Decoder(list[tuple[int, int]])
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Facts:
    """Runs and evidence by screen in order of time; spans are half-open, in whole seconds.

    Of runs that end before the span only the last is included, unless it ended a day before.
    `outages`: server outages, between two rows of its own heartbeat, before the first and after the
    last. `doubts`: when the server's clock was wrong.
    """

    runs: Mapping[int, Sequence[ContactRun]]
    evidence: Mapping[int, Sequence[Span]]
    outages: Sequence[Span]
    doubts: Sequence[Span]


def read_facts(tx: Tx, from_s: int, until_s: int, screens: Collection[int] | None = None) -> Facts:
    """The facts of [from_s, until_s), for some screens or for all that ever had contact.

    Includes those that began up to 24 h before and may reach into the span by their grace.
    """
    low = from_s - BEFORE_S
    return Facts(
        runs=_by_screen(tx, "contact_runs", _RUNS, _CONTACT_RUNS, (from_s, until_s), screens),
        evidence=_by_screen(tx, "evidence_runs", _EVIDENCE, _SPANS, (from_s, until_s), screens),
        outages=_outages(tx, low, until_s),
        doubts=_doubts(tx, low, until_s),
    )


def screens_of(tx: Tx, table: str) -> list[int]:
    """The screens with rows in a table whose key begins with the screen."""
    return [row[0] for row in tx.rows(_SCREENS.format(table=table))]


def _by_screen(
    tx: Tx,
    table: str,
    query: str,
    decoder: "msgspec.json.Decoder[list[T]]",
    span: Span,
    screens: Collection[int] | None,
) -> Mapping[int, Sequence[T]]:
    """A table's rows by screen, decoded."""
    wanted = screens_of(tx, table) if screens is None else sorted(set(screens))
    sql = query.format(concat="group_concat" if tx.is_sqlite else "string_agg")
    rows = tx.rows_for(sql, [(screen, *span) for screen in wanted])
    return {screen: decoder.decode(f"[{text}]") for screen, text in rows if text is not None}


def _outages(tx: Tx, low: int, high: int) -> list[Span]:
    """The time without the server's own heartbeat."""
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


def _doubts(tx: Tx, low: int, high: int) -> list[Span]:
    query = "SELECT from_s, until_s FROM clock_doubts WHERE from_s < ? AND until_s > ?"
    return union(tx.rows(query, (high, low)))
