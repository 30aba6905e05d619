"""Reads the serving process's records of contact and heartbeats for a detection round."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from server.foundation.core import Core
from server.monitoring.detection.contact_rules import Run
from server.monitoring.detection.flapping import MEMORY_S
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx

UPSTREAM_MEMORY_S: Final = 2 * 86_400
_WANTED: Final = {
    True: "SELECT value AS screen FROM json_each(?)",
    False: "SELECT CAST(value AS BIGINT) AS screen FROM json_array_elements_text(CAST(? AS JSON))",
}
# One row per screen by two lookups in the key of the runs, so neither old runs are scanned nor
# future ones, written while the server's clock was ahead.
_LAST: Final = """
SELECT w.screen, c.at_ms, c.version, r.from_s, r.last_s, r.kind,
  (SELECT COUNT(*) FROM contact_runs x
   WHERE x.screen = w.screen AND x.from_s > ? AND x.from_s <= ?)
FROM ({wanted}) w
LEFT JOIN contacts c ON c.screen = w.screen
LEFT JOIN contact_runs r ON r.screen = w.screen
  AND r.from_s = (SELECT MAX(y.from_s) FROM contact_runs y
                  WHERE y.screen = w.screen AND y.from_s <= ?)
"""
AHEAD_S: Final = 25
"""Records further ahead of the clock than this (s) were written while it was wrong."""


@dataclass(frozen=True, slots=True)
class Last:
    """The last contact of a screen; `fresh_runs`: runs that began within the flapping window."""

    contact_s: int | None
    run: Run | None
    fresh_runs: int
    version: int | None


@dataclass(frozen=True, slots=True)
class Upstream:
    """A loss of many screens at once; `until_s` is None while it lasts."""

    from_s: int
    until_s: int | None
    online: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """Input of a detection round.

    `now_s`: the server's last heartbeat; `listening_s`: since when it has run with a trusted clock;
    `doubted`: its clock is in doubt now.
    """

    now_s: int
    listening_s: int
    doubted: bool
    last: Mapping[int, Last]
    upstream: list[Upstream]


def read_evidence(core: Core, screens: Iterable[int]) -> Evidence | None:
    """The records of some screens; None if the server hasn't written a heartbeat yet."""
    until_s = core.clock.now_ms() // 1000 + AHEAD_S
    with snapshot(core.plays) as tx:
        own = tx.row(
            "SELECT from_s, last_s FROM server_runs WHERE from_s <= ? ORDER BY from_s DESC LIMIT 1",
            (until_s,),
        )
        if own is None:
            return None
        now_s = int(own[1])
        doubt_s, doubted = _doubts(tx, now_s)
        return Evidence(
            now_s=now_s,
            listening_s=max(int(own[0]), doubt_s),
            doubted=doubted,
            last=_last(tx, core, screens, now_s),
            upstream=_upstream(tx, now_s),
        )


def runs_of(
    core: Core, screens: Collection[int], from_s: int, until_s: int
) -> Mapping[int, list[Run]]:
    """Runs of some screens that end after one instant and begin by another, in order."""
    found: dict[int, list[Run]] = {screen: [] for screen in screens}
    wanted = _WANTED[core.plays.is_sqlite]
    with snapshot(core.plays) as tx:
        rows = tx.rows(
            "SELECT r.screen, r.from_s, r.last_s, r.kind FROM "  # noqa: S608 - one of two texts of this file
            f"({wanted}) w JOIN contact_runs r ON r.screen = w.screen "
            "WHERE r.last_s > ? AND r.from_s <= ? ORDER BY r.screen, r.from_s",
            (json.dumps(sorted(found)), from_s, until_s),
        )
    for screen, begin_s, last_s, kind in rows:
        found[int(screen)].append(Run(int(begin_s), int(last_s), int(kind)))
    return found


def _last(tx: Tx, core: Core, screens: Iterable[int], now_s: int) -> dict[int, Last]:
    sql = _LAST.format(wanted=_WANTED[core.plays.is_sqlite])
    until_s = now_s + AHEAD_S
    rows = tx.rows(sql, (now_s - MEMORY_S, until_s, json.dumps(sorted(screens)), until_s))
    found = {}
    for screen, at_ms, version, from_s, last_s, kind, fresh in rows:
        run = None if from_s is None else Run(int(from_s), int(last_s), int(kind))
        contact_s = None if at_ms is None else int(at_ms) // 1000
        found[int(screen)] = Last(
            contact_s=contact_s if run is None else run.last_s,
            run=run,
            fresh_runs=int(fresh),
            version=version,
        )
    return found


def _doubts(tx: Tx, now_s: int) -> tuple[int, bool]:
    """When the last doubt of the clock ended, and whether it is in doubt now.

    Includes all doubts that began by now, and none that begin later: if the clock was a year ahead,
    that year's doubt does not concern today.
    """
    row = tx.row("SELECT MAX(until_s) FROM clock_doubts WHERE from_s <= ?", (now_s,))
    until_s = int(row[0]) if row is not None and row[0] is not None else 0
    return until_s, until_s > now_s


def _upstream(tx: Tx, now_s: int) -> list[Upstream]:
    rows = tx.rows(
        "SELECT from_s, until_s, online FROM upstream_runs "
        "WHERE from_s > ? AND from_s <= ? ORDER BY from_s",
        (now_s - UPSTREAM_MEMORY_S, now_s + AHEAD_S),
    )
    return [Upstream(int(f), int(u) or None, int(o)) for f, u, o in rows]
