"""The stored facts of a time: runs that reach into it, and nothing else."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.monitoring.availability.calculator import AvailabilityInput, Run, availability
from server.monitoring.heartbeats.fact_reader import ContactRun
from server.playlog.store.display_intervals import Proof
from tests.support.app.databases import ON_POSTGRES
from tests.support.monitoring.collector import START_S, Watched, since

DAY_S = 86_400
SCREENS = iter(range(10_000, 1_000_000))


def runs(watched: Watched, from_s: int, until_s: int, *screens: int) -> dict[int, list[Any]]:
    found = watched.facts(from_s, until_s, *screens).runs
    return {
        screen: since((one.from_s, one.last_s) for one in each) for screen, each in found.items()
    }


def prove(watched: Watched, screen: int, *spans: tuple[int, int]) -> None:
    shown = [(START_S + low, START_S + high) for low, high in spans]
    watched.committer.submit(lambda tx: tx.prove(Proof(screen, shown)))


def test_of_what_ended_before_the_time_only_the_last_run_of_a_day_is_there(
    watched: Watched,
) -> None:
    watched.beats(*range(0, 100, 30), screen=7)
    watched.beats(*range(DAY_S, DAY_S + 100, 30), screen=7)
    watched.beats(*range(DAY_S * 3, DAY_S * 3 + 100, 30), screen=7)
    watched.beats(5, screen=8)
    watched.ticks(DAY_S * 4)

    assert runs(watched, DAY_S - 1, DAY_S + 91)[7] == [(0, 90), (DAY_S, DAY_S + 90)]
    assert runs(watched, DAY_S, DAY_S + 91)[7] == [(0, 90), (DAY_S, DAY_S + 90)]
    assert runs(watched, DAY_S + 1, DAY_S + 92)[7] == [(DAY_S, DAY_S + 90)]
    assert runs(watched, DAY_S * 2 + 90, DAY_S * 3)[7] == [(DAY_S, DAY_S + 90)]
    assert 7 not in runs(watched, DAY_S * 2 + 91, DAY_S * 3)
    assert runs(watched, DAY_S * 3, DAY_S * 4)[7] == [(DAY_S * 3, DAY_S * 3 + 90)]
    assert 8 not in runs(watched, DAY_S * 3, DAY_S * 4)


def test_a_run_of_weeks_is_found_from_its_middle(watched: Watched) -> None:
    watched.beats(0, screen=7)
    watched.rows("SELECT 1")
    watched.committer.submit(
        lambda tx: tx.run(
            "INSERT INTO contact_runs (screen, from_s, last_s, kind) VALUES (?, ?, ?, ?)",
            (9, START_S, START_S + 30 * DAY_S, 0),
        )
    )

    found = watched.facts(20 * DAY_S, 21 * DAY_S).runs

    assert found == {9: [ContactRun(START_S, START_S + 30 * DAY_S, 0)]}


def test_only_those_that_are_asked_for(watched: Watched) -> None:
    for screen in range(1, 400):
        watched.beats(0, screen=screen)
    watched.ticks(0)

    assert set(runs(watched, 0, 9, 3, 399, 1_000)) == {3, 399}
    assert set(runs(watched, 0, 9)) == set(range(1, 400))
    assert set(runs(watched, 0, 9, *range(1, 301))) == set(range(1, 301))


def test_evidence_comes_whole_where_it_reaches_into_the_time(watched: Watched) -> None:
    prove(watched, 9, (0, 50), (100, 200), (DAY_S + 60, DAY_S + 90))

    assert since(watched.facts(199, DAY_S).evidence[9]) == [(100, 200)]
    assert since(watched.facts(49, 101).evidence[9]) == [(0, 50), (100, 200)]
    assert watched.facts(200, DAY_S).evidence == {}
    assert watched.facts(0, DAY_S, 5).evidence == {}


def test_a_screen_that_beats_on_is_up_and_a_hole_of_ours_is_not_held_against_it(
    watched: Watched,
) -> None:
    for at in range(0, 1_001, 10):
        watched.beats(at, screen=9) if at % 30 == 0 else None
        watched.ticks(at)
    watched.begins()
    for at in range(1_600, 3_601, 10):
        watched.beats(at, screen=9) if at % 30 == 10 else None
        watched.ticks(at)

    facts = watched.facts(0, 3_600)
    figures = availability(
        AvailabilityInput(
            operating=((START_S, START_S + 3_600),),
            grace_s=90,
            runs=tuple(Run(one.from_s, one.last_s, 30) for one in facts.runs[9]),
            outages=tuple(facts.outages),
        )
    )

    assert (figures.uptime_pct, figures.operating_s - figures.monitored_s) == (100.0, 600)


moments = st.integers(0, 4 * DAY_S)


@pytest.mark.slow
@given(st.lists(st.tuples(moments, st.integers(0, DAY_S)), max_size=12), moments, moments)
@settings(
    max_examples=10 if ON_POSTGRES else 60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_evidence_equals_a_scan_of_all_rows(
    watched: Watched, spans: list[tuple[int, int]], one: int, other: int
) -> None:
    screen, (from_s, until_s) = next(SCREENS), sorted((one, other))
    prove(watched, screen, *[(low, low + length) for low, length in spans])
    query = "SELECT from_s, until_s FROM evidence_runs WHERE screen = ? ORDER BY from_s"
    rows = since(watched.rows(query, screen))

    found = since(watched.facts(from_s, until_s, screen).evidence.get(screen, []))

    assert found == [(a, b) for a, b in rows if a < until_s and b > from_s]
