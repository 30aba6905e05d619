"""Retention of runs, executed in the process that writes plays.

Figures of past days are stored separately; runs are kept as long as logs, and at least 400 days, so
that a year can be recomputed and compared with the previous one.
"""

from collections.abc import Callable
from typing import Final

from server.foundation.core import Core
from server.foundation.durations import DAY_S
from server.monitoring.heartbeats.fact_reader import screens_of
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.store.snapshot import snapshot

FIRST_AFTER_S: Final = 3_600.0
EVERY_S: Final = 86_400.0
LEAST_DAYS: Final = 400
SCREENS_AT_A_TIME: Final = 50
PAUSE_S: Final = 0.2


def forget(core: Core, parts: PlaylogRuntime, pause: Callable[[float], None]) -> None:
    """Delete expired runs, some screens at a time; `pause` gives way to other writers."""
    days = max(core.settings.log_days, LEAST_DAYS)
    before_s = core.clock.now_ms() // 1000 - days * DAY_S
    for table, end in (("contact_runs", "last_s"), ("evidence_runs", "until_s")):
        query = f"DELETE FROM {table} WHERE screen = ? AND from_s < ? AND {end} < ?"  # noqa: S608 - own names
        with snapshot(core.plays) as tx:
            screens = tx.aside(screens_of, table)
        for start in range(0, len(screens), SCREENS_AT_A_TIME):
            rows = [(one, before_s, before_s) for one in screens[start : start + SCREENS_AT_A_TIME]]
            parts.committer.submit(lambda tx, query=query, rows=rows: tx.run_many(query, rows))  # type: ignore[misc] # mypy can't infer a lambda with a default
            pause(PAUSE_S)
    parts.committer.submit(
        lambda tx: tx.run(
            "DELETE FROM upstream_runs WHERE until_s > 0 AND until_s < ?", (before_s,)
        )
    )
