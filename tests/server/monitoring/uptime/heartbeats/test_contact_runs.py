"""Beats become runs: extended in place, parted by silence and by another kind, across restarts."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.foundation.errors import Busy
from server.monitoring.heartbeats import runs as contact_runs
from tests.support.app.databases import ON_POSTGRES
from tests.support.monitoring.collector import Watched, since


def test_beats_of_a_day_are_one_row(watched: Watched) -> None:
    for at in range(0, 86_400, 600):
        watched.beats(*range(at, at + 600, 30))
        watched.ticks(at + 599)

    assert watched.runs() == [(0, 86_370, 0)]


@pytest.mark.parametrize(("gap_s", "rows"), [(44, 1), (45, 1), (46, 2), (3_600, 2)])
def test_a_beat_that_comes_more_than_45_s_late_begins_a_new_run(
    watched: Watched, gap_s: int, rows: int
) -> None:
    watched.beats(0, 30, 30 + gap_s)
    watched.ticks(30 + gap_s)

    assert len(watched.runs()) == rows
    assert watched.runs()[-1][1] == 30 + gap_s


def test_a_beat_of_another_kind_begins_a_new_run(watched: Watched) -> None:
    watched.beats(0, 30)
    watched.beats(60, 90, state="off_hours")
    watched.beats(120, 150, state="stalled")
    watched.beats(180)
    watched.ticks(180)

    assert watched.runs() == [(0, 30, 0), (60, 90, 2), (120, 150, 1), (180, 180, 0)]


def test_screens_have_runs_of_their_own(watched: Watched) -> None:
    watched.beats(0, 30, screen=7)
    watched.beats(10, 99, screen=8)
    watched.ticks(99)

    assert watched.runs(7) == [(0, 30, 0)]
    assert watched.runs(8) == [(10, 10, 0), (99, 99, 0)]


def test_nothing_is_written_before_the_next_own_beat_and_then_all_at_once(
    watched: Watched,
) -> None:
    watched.ticks(0)
    watched.beats(1, 30)
    watched.writes()
    before = watched.runs()

    watched.ticks(31)

    assert before == []
    assert (watched.runs(), watched.spans("server_runs")) == ([(1, 30, 0)], [(0, 0), (31, 31)])


@pytest.mark.parametrize(
    ("gap_s", "runs"), [(45, [(0, 105, 0)]), (46, [(0, 60, 0), (106, 106, 0)])]
)
def test_a_restart_parts_a_run_only_if_the_screen_was_silent_for_long(
    watched: Watched, gap_s: int, runs: list[Any]
) -> None:
    watched.beats(0, 30, 60)
    watched.ticks(60)

    watched.begins()
    watched.beats(60 + gap_s)
    watched.ticks(60 + gap_s)

    assert watched.runs() == runs


def test_a_run_that_goes_on_after_a_restart_is_extended_by_all_that_follows(
    watched: Watched,
) -> None:
    watched.beats(0, 30)
    watched.ticks(30)
    watched.begins()
    watched.beats(60)
    watched.beats(90, state="stalled")
    watched.ticks(90)
    watched.beats(120, state="stalled")
    watched.ticks(120)

    assert watched.runs() == [(0, 60, 0), (90, 120, 1)]


def test_after_a_restart_another_kind_is_another_run(watched: Watched) -> None:
    watched.beats(0, 30)
    watched.ticks(30)
    watched.begins()
    watched.beats(60, state="off_hours")
    watched.ticks(60)

    assert watched.runs() == [(0, 30, 0), (60, 60, 2)]


def test_a_screen_that_was_paired_again_starts_a_new_run(watched: Watched) -> None:
    watched.beats(0, 30)
    watched.watch.forget(9)
    watched.beats(40, 70)
    watched.ticks(70)

    assert watched.runs() == [(0, 30, 0), (40, 70, 0)]


def test_a_clock_that_went_back_breaks_no_key_and_shortens_nothing(watched: Watched) -> None:
    watched.beats(1000, 1030)
    watched.ticks(1030)
    watched.beats(1060, 990, 1000, 1005, 1030)
    watched.beats(1030, state="stalled")
    watched.beats(1000)
    watched.ticks(1061)

    rows = watched.runs()

    assert (1000, 1060, 0) in rows
    assert rows[0][:2] == (990, 1030)


def fails(watched: Watched, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """The store breaks down in the middle of writing, so many times."""
    left = [times]
    write = contact_runs.Runs.write

    def broken(self: contact_runs.Runs, tx: Any) -> None:
        write(self, tx)
        if left[0]:
            left[0] -= 1
            raise (psycopg.OperationalError if ON_POSTGRES else sqlite3.OperationalError)

    monkeypatch.setattr(contact_runs.Runs, "write", broken)


def test_what_could_not_be_written_is_written_later(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.beats(0, 30)
    watched.ticks(30)
    watched.begins()
    fails(watched, monkeypatch, 2)
    watched.beats(60)
    watched.beats(65, screen=8)
    for at in (60, 70):
        with pytest.raises(Busy):
            watched.ticks(at)
    watched.beats(90, 180)
    watched.ticks(180)

    assert watched.runs() == [(0, 90, 0), (180, 180, 0)]
    assert watched.runs(8) == [(65, 65, 0)]
    assert watched.spans("server_runs")[-1] == (180, 180)


def test_if_the_store_is_away_for_too_long_the_dropped_time_is_our_outage(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_runs, "MOST_NOTED", 50)
    watched.ticks(0)
    for at in range(10, 100, 10):
        for screen in range(at, at + 10):
            watched.beats(at - 1, screen=screen)
        watched.ticks(at, write=False)
    watched.ticks(100)

    outages = since(watched.facts(0, 100).outages)
    lost = [at - 1 for at in range(10, 100, 10) if not watched.runs(at)]

    assert lost == [9, 19, 29, 39, 49, 59]
    assert (0, 60) in outages


beats = st.lists(st.tuples(st.integers(1, 70), st.sampled_from([0, 0, 0, 1, 2])), max_size=25)
STATES = ("playing", "stalled", "off_hours")


def naive(found: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Runs from one heartbeat after the other."""
    runs: list[tuple[int, int, int]] = []
    for at, kind in found:
        if runs and runs[-1][2] == kind and at - runs[-1][1] <= 45:
            runs[-1] = (runs[-1][0], at, kind)
        else:
            runs.append((at, at, kind))
    return runs


@pytest.mark.slow
@given(beats, st.sets(st.integers(0, 24)), st.sets(st.integers(0, 24)))
@settings(
    max_examples=10 if ON_POSTGRES else 60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whenever_it_is_written_and_restarted_in_order_the_runs_are_the_same(
    watched: Watched, reported: list[tuple[int, int]], writes: set[int], restarts: set[int]
) -> None:
    screen, at = next(SCREENS), 0
    seen = []
    watched.begins()
    for number, (gap_s, kind) in enumerate(reported):
        at += gap_s
        seen.append((at, kind))
        watched.beats(at, screen=screen, state=STATES[kind])
        if number in writes | restarts:
            watched.ticks(at)
        if number in restarts:
            watched.begins()
    watched.ticks(at)

    assert watched.runs(screen) == naive(seen)


SCREENS = iter(range(1_000, 1_000_000))
