"""The server's own beat: its holes are its outages, and its moved clock is doubted."""

import pytest

from tests.support.monitoring.collector import START_S, Watched, since


def outages(watched: Watched, from_s: int, until_s: int) -> list[tuple[int, int]]:
    """Those within a time, in seconds since the start."""
    found = since(watched.facts(from_s, until_s).outages)
    return [(max(low, from_s), min(high, until_s)) for low, high in found if high > from_s]


def test_a_day_of_beats_is_one_row(watched: Watched) -> None:
    for at in range(0, 3_600, 10):
        watched.ticks(at)

    assert watched.spans("server_runs") == [(0, 3_590)]
    assert outages(watched, 0, 3_590) == []


@pytest.mark.parametrize(("hole_s", "found"), [(25, []), (26, [(100, 126)]), (700, [(100, 800)])])
def test_a_hole_over_25_s_is_an_outage_from_the_last_beat_to_the_next(
    watched: Watched, hole_s: int, found: list[tuple[int, int]]
) -> None:
    watched.ticks(*range(0, 101, 10))
    watched.ticks(100 + hole_s)
    watched.ticks(100 + hole_s + 10)

    assert outages(watched, 0, 100 + hole_s + 10) == found


def test_a_restart_is_an_outage_however_short(watched: Watched) -> None:
    watched.ticks(0, 10)
    watched.begins()
    watched.ticks(14, 24)

    assert watched.spans("server_runs") == [(0, 10), (14, 24)]
    assert outages(watched, 0, 24) == [(10, 14)]


def test_a_restart_within_the_same_second_leaves_an_outage_of_one(watched: Watched) -> None:
    watched.ticks(0, 10)
    watched.begins()
    watched.ticks(10, 20)

    assert outages(watched, 0, 20) == [(10, 11)]


def test_before_the_first_beat_and_since_the_last_all_is_unknown(watched: Watched) -> None:
    watched.ticks(50, 60)

    assert outages(watched, 0, 100) == [(0, 50), (60, 100)]
    assert since(watched.facts(0, 100, 9).outages)[0][0] == -86_400


def test_without_any_beat_of_the_server_all_is_unknown(watched: Watched) -> None:
    assert since(watched.facts(0, 100).outages) == [(-86_400, 100)]


@pytest.mark.parametrize(("moved_s", "doubted"), [(1.9, []), (-1.9, []), (2.5, [(10, 23)])])
def test_a_clock_that_is_moved_by_more_than_two_seconds_is_doubted(
    watched: Watched, moved_s: float, doubted: list[tuple[int, int]]
) -> None:
    watched.ticks(0, 10)
    watched.drift_s = moved_s
    watched.ticks(20)

    assert watched.spans("clock_doubts") == doubted


def test_a_clock_that_is_put_forward_is_doubted_until_where_it_was_put(watched: Watched) -> None:
    watched.ticks(0, 10)
    watched.drift_s = 3_600
    watched.ticks(20, 30)

    assert watched.spans("clock_doubts") == [(10, 3_620)]


def test_a_clock_that_is_put_back_is_doubted_until_it_is_past_where_it_was(
    watched: Watched,
) -> None:
    watched.ticks(4_000, 4_010)
    watched.drift_s = -3_600
    watched.ticks(4_020, 4_030)

    assert watched.spans("clock_doubts") == [(420, 4_020)]
    assert watched.spans("server_runs") == [(420, 430), (4_000, 4_010)]


def test_there_and_back_again_all_that_was_stamped_wrongly_is_doubted(watched: Watched) -> None:
    watched.ticks(0, 10)
    watched.drift_s = 7_200
    watched.ticks(20, 30)
    watched.drift_s = 0
    watched.ticks(40, 50)

    doubts = since(watched.facts(0, 10_000).doubts)

    assert doubts == [(10, 7_240)]


def test_a_start_before_the_last_stored_beat_is_doubted_until_then(watched: Watched) -> None:
    watched.ticks(1_000, 1_010)
    watched.begins()
    watched.ticks(400, 410)

    assert watched.spans("clock_doubts") == [(400, 1_010)]
    assert watched.spans("server_runs") == [(400, 410), (1_000, 1_010)]


def test_a_machine_that_begins_in_another_year_casts_no_doubt_on_all_history(
    watched: Watched,
) -> None:
    years = 3 * 365 * 86_400
    watched.ticks(0, 10)
    watched.begins()
    watched.drift_s = -years
    watched.ticks(100, 110)
    watched.drift_s = 0
    watched.ticks(120, 130)

    far = 100 - years
    assert watched.spans("clock_doubts") == [(far, far + 86_400), (far + 10, far + 10 + 86_400)]
    assert outages(watched, 0, 130) == [(10, 120)]


def test_a_clock_that_is_set_back_by_years_casts_doubt_on_the_day_before_only(
    watched: Watched,
) -> None:
    years = 3 * 365 * 86_400
    watched.ticks(0, 10)
    watched.drift_s = -years
    watched.ticks(20, 30)

    far = 20 - years
    assert watched.spans("clock_doubts") == [(far, far + 86_400), (0, 20)]


def test_a_row_that_begins_where_another_did_keeps_the_later_end(watched: Watched) -> None:
    watched.ticks(0, *range(10, 101, 10))
    watched.begins()
    watched.ticks(0)

    assert watched.spans("server_runs") == [(0, 100)]


def test_what_a_starved_server_missed_is_its_outage_and_no_verdict_on_many_at_once(
    watched: Watched,
) -> None:
    for at in range(0, 301, 30):
        for screen in range(20):
            watched.beats(at, screen=screen)
        watched.ticks(at, at + 10, at + 20)
    watched.ticks(500)  # two hundred seconds without a turn
    watched.ticks(510, 520)

    assert outages(watched, 0, 520) == [(320, 500)]
    assert watched.spans("upstream_runs") == []


def test_the_last_durable_contact_is_at_most_a_beat_before_the_outage(
    watched: Watched,
) -> None:
    watched.ticks(0)
    for at in range(1, 60):
        watched.beats(at, screen=100 + at % 30)
        if at % 10 == 0:
            watched.ticks(at)
    watched.begins()  # all since the last tick is lost

    last = watched.rows("SELECT MAX(last_s) FROM contact_runs")[0][0] - START_S

    assert watched.spans("server_runs") == [(0, 50)]
    assert last >= 50
