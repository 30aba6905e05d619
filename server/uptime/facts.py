"""What the store knows of a time, for whoever works out figures."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from playlists.windows import Span, union
from server.playback.driver import Tx

BEFORE_S: Final = 86_400
"""So much longer than asked for: a grace may reach in that begins earlier."""

# A run that begins before the time and reaches into it is the last one that begins before it.
_RUNS: Final = (
    "SELECT r.screen, r.from_s, r.last_s, r.kind FROM asked a CROSS JOIN contact_runs r "
    "WHERE r.screen = a.c0 AND r.from_s < a.c2 AND r.last_s >= a.c1 "
    "AND r.from_s >= COALESCE((SELECT MAX(x.from_s) FROM contact_runs x "
    "WHERE x.screen = a.c0 AND x.from_s <= a.c1), a.c1) ORDER BY r.screen, r.from_s"
)
_EVIDENCE: Final = (
    "SELECT r.screen, r.from_s, r.until_s FROM asked a CROSS JOIN evidence_runs r "
    "WHERE r.screen = a.c0 AND r.from_s < a.c2 AND r.until_s > a.c1 "
    "AND r.from_s >= COALESCE((SELECT MAX(x.from_s) FROM evidence_runs x "
    "WHERE x.screen = a.c0 AND x.from_s <= a.c1), a.c1) ORDER BY r.screen, r.from_s"
)
_SCREENS: Final = (
    "WITH RECURSIVE found (screen) AS (SELECT MIN(screen) FROM {table} UNION ALL "
    "SELECT (SELECT MIN(t.screen) FROM {table} t WHERE t.screen > found.screen) "
    "FROM found WHERE found.screen IS NOT NULL) "
    "SELECT screen FROM found WHERE screen IS NOT NULL"
)


class Heard(msgspec.Struct, frozen=True, gc=False):
    """Beats of one kind from `from_s` to `last_s`, none later than 45 s after the one before.

    Whole seconds since 1970 UTC; `kind` is one of `kinds.Kind`. For any grace of at least 45 s
    the screen was up in [from_s, last_s + grace).
    """

    from_s: int
    last_s: int
    kind: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Runs and evidence by screen in order of time; all spans are half-open, in whole seconds.

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
    """What is known of [from_s - 24 h, until_s), of some screens or of all that ever spoke."""
    low = from_s - BEFORE_S
    return Facts(
        runs=_runs(tx, screens, low, until_s),
        evidence=_evidence(tx, screens, low, until_s),
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


def _runs(
    tx: Tx, screens: Collection[int] | None, low: int, high: int
) -> Mapping[int, Sequence[Heard]]:
    found: defaultdict[int, list[Heard]] = defaultdict(list)
    asked = [(screen, low, high) for screen in _among(tx, "contact_runs", screens)]
    for screen, from_s, last_s, kind in tx.rows_for(_RUNS, asked):
        found[screen].append(Heard(from_s, last_s, kind))
    return dict(found)


def _evidence(
    tx: Tx, screens: Collection[int] | None, low: int, high: int
) -> Mapping[int, Sequence[Span]]:
    found: defaultdict[int, list[Span]] = defaultdict(list)
    asked = [(screen, low, high) for screen in _among(tx, "evidence_runs", screens)]
    for screen, from_s, until_s in tx.rows_for(_EVIDENCE, asked):
        found[screen].append((from_s, until_s))
    return dict(found)


def _among(tx: Tx, table: str, screens: Collection[int] | None) -> Iterable[int]:
    if screens is not None:
        return sorted(set(screens))
    return screens_of(tx, table)


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
