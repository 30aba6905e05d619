"""What uptime doesn't need any more goes; what a year's figures come of stays."""

from typing import Any

import pytest

from server.monitoring.heartbeats import retention as keeping
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.store.snapshot import snapshot
from tests.support.app.clock import DAY_MS
from tests.support.app.world import World, make_world

DAY_S = DAY_MS // 1000
TABLES = {
    "contact_runs": "(screen, from_s, last_s, kind) VALUES (?, ?, ?, 0)",
    "evidence_runs": "(screen, from_s, until_s) VALUES (?, ?, ?)",
}


def kept(world: World, table: str) -> list[Any]:
    with snapshot(world.core.plays) as tx:
        return tx.rows(f"SELECT screen, from_s FROM {table} ORDER BY screen, from_s")  # noqa: S608 - own names


@pytest.mark.parametrize(("log_days", "keeps_days"), [(30, 400), (400, 400), (800, 800)])
def test_runs_are_kept_as_long_as_logs_are_and_at_least_for_400_days(
    tmp_path: Any, log_days: int, keeps_days: int
) -> None:
    world = make_world(tmp_path, log_days=log_days)
    now_s = world.clock.now_ms() // 1000
    limit_s = now_s - keeps_days * DAY_S
    spans = [
        (limit_s - 10 * DAY_S, limit_s - 9 * DAY_S),
        (limit_s - 8 * DAY_S, limit_s),
        (limit_s - 1, limit_s + 5),
        (now_s - 9, now_s),
    ]
    rows = [(screen, *span) for screen in range(1, 121) for span in spans]
    committer = playback_of(world.app).committer
    for table, values in TABLES.items():
        committer.submit(lambda tx, sql=f"INSERT INTO {table} {values}": tx.run_many(sql, rows))
    pauses: list[float] = []

    keeping.forget(world.core, playback_of(world.app), pauses.append)

    wanted = [(screen, low) for screen, low, high in rows if high >= limit_s]
    assert kept(world, "contact_runs") == wanted
    assert kept(world, "evidence_runs") == wanted
    assert len(pauses) == 6


def test_an_upstream_loss_that_lasts_is_kept_and_one_of_long_ago_is_not(world: World) -> None:
    committer = playback_of(world.app).committer
    now_s = world.clock.now_ms() // 1000
    rows = [(7, 0), (8, 9), (now_s - 90, now_s)]
    query = "INSERT INTO upstream_runs (from_s, until_s, gone, online) VALUES (?, ?, 6, 9)"
    committer.submit(lambda tx: tx.run_many(query, rows))

    keeping.forget(world.core, playback_of(world.app), lambda _s: None)

    with snapshot(world.core.plays) as tx:
        assert tx.rows("SELECT from_s FROM upstream_runs ORDER BY from_s") == [(7,), (now_s - 90,)]
