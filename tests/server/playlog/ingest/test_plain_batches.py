"""The short way for plain batches comes to what the judge comes to, in every row of the store."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.playlog.ingest import fast_path
from server.playlog.model.screen_context import Tenure
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS, HandClock
from tests.support.app.databases import ON_POSTGRES, fresh_plays
from tests.support.plays.device_logs import OFFSET_MS, PROGRAMME, SLOTS, logs
from tests.support.plays.plays import make_batch, make_desk

pytestmark = pytest.mark.slow

TABLES = (
    "boots",
    "batches",
    "quarantine",
    "logs",
    "items",
    "rollup_screen",
    "rollup_hour",
    "rollup_day",
    "rollup_late",
)
Rows = dict[str, list[tuple[Any, ...]]]


@pytest.mark.long
@given(logs(), st.integers(0, 3), st.sampled_from([12, 12, 90_000]))
@settings(
    max_examples=8 if ON_POSTGRES else 60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_both_ways_leave_the_same_rows(
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[dict[str, Any]],
    moved: int,
    uncertainty_ms: int,
) -> None:
    for batch in batches:
        batch["clock"]["uncertainty_ms"] = uncertainty_ms
    folder = tmp_path_factory.mktemp("ways")
    tenure = Tenure(
        PROGRAMME.digest, START_MS + moved * 25_000, START_MS + (30 - moved) * MINUTE_MS
    )

    short = rows_after(folder, batches, tenure)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast_path, "append_fast", refuse)
        long = rows_after(folder, batches, tenure)

    assert short == long


def test_an_hour_as_planned_goes_the_short_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(fast_path, "append_fast", watching(fast_path.append_fast, seen))
    batch = make_batch(PROGRAMME, SLOTS, offset_ms=OFFSET_MS)

    rows_after(tmp_path, [batch], Tenure(PROGRAMME.digest, START_MS))

    assert seen == [True]


def rows_after(folder: Path, batches: list[dict[str, Any]], tenure: Tenure) -> Rows:
    database = fresh_plays(folder)
    desk = make_desk(database, HandClock(START_MS + HOUR_MS), tenures=[tenure])
    desk.air(PROGRAMME)
    for batch in batches:
        desk.take(batch)
    found = {table: desk.sql(f"SELECT * FROM {table}") for table in TABLES}  # noqa: S608 - own names
    database.engine.dispose()
    return {table: sorted(rows, key=repr) for table, rows in found.items()}


def refuse(*_: Any) -> bool:
    return False


def watching(way: Callable[..., bool], seen: list[bool]) -> Callable[..., bool]:
    def watched(*arguments: Any) -> bool:
        seen.append(way(*arguments))
        return seen[-1]

    return watched
