"""The short way for plain batches comes to what the judge comes to, in every row of the store."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.playback import plain
from server.playback.standing import Tenure
from tests.support.clock import HOUR_MS, MINUTE_MS, START_MS, HandClock
from tests.support.databases import ON_POSTGRES, fresh_plays
from tests.support.plays import make_batch, make_desk, make_programme

pytestmark = pytest.mark.slow

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)
OFFSET_MS = START_MS - 5_000
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


@st.composite
def logs(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Consecutive batches that are plain, or nearly so."""
    drift = st.sampled_from([0, 0, 0, 0, 7, 90, 101, 1_999, 2_001, -2_000, -60])
    shorter = st.sampled_from([0, 0, 0, 0, 5, -90, 200, 600, 1_000, -2_000, -2_001])
    word = st.sampled_from([0] * 12 + [1, 2])
    asset = st.sampled_from(["same"] * 12 + [0, 9, -1])
    found, at, first = [], draw(st.integers(0, 9)), 1
    for _ in range(draw(st.integers(1, 4))):
        slots = SLOTS[at : at + draw(st.integers(1, 20))]
        batch = make_batch(PROGRAMME, slots, first=first, offset_ms=OFFSET_MS)
        if draw(st.booleans()):
            batch["start_ms"] = [ms + draw(drift) for ms in batch["start_ms"]]
            batch["shown_ms"] = [max(0, ms - draw(shorter)) for ms in batch["shown_ms"]]
            batch["state"] = [draw(word) for _ in slots]
            batch["cause"] = [draw(word) for _ in slots]
            names = [draw(asset) for _ in slots]
            batch["asset"] = [
                index if name == "same" else name
                for index, name in zip(batch["asset"], names, strict=True)
            ]
        found.append(batch)
        first += len(slots)
        at += len(slots) + draw(st.sampled_from([0, 0, 0, 2, -1]))
    return found


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
        patch.setattr(plain, "append", refuse)
        long = rows_after(folder, batches, tenure)

    assert short == long


def test_an_hour_as_planned_goes_the_short_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(plain, "append", watching(plain.append, seen))
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
