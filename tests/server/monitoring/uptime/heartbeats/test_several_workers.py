"""Several workers on one store: one writes the server's heartbeat, all write contacts."""

from typing import Any

import pytest

from playlists.windows import Span
from server.foundation.errors import Busy
from server.monitoring.heartbeats import runs
from server.monitoring.heartbeats.events import UpstreamLost
from server.playlog.store.snapshot import snapshot
from tests.support.monitoring.collector import START_S, Watched, since


def takes_over(watched: Watched) -> None:
    """The rounds become this worker's."""
    with snapshot(watched.database) as tx:
        watched.watch.resume(tx)


def test_a_follower_writes_its_contacts_and_no_beat_of_the_server(watched: Watched) -> None:
    leader = Watched(watched.database)
    leader.ticks(0, 10)
    watched.beats(5)

    watched.watch.follow()
    assert watched.watch.is_due()
    watched.writes()

    assert watched.runs() == [(5, 5, 0)]
    assert watched.spans("server_runs") == [(0, 10)]
    assert not watched.watch.is_due()


def test_a_change_of_leader_is_a_short_outage_with_a_row_of_its_own(watched: Watched) -> None:
    other = Watched(watched.database)
    watched.ticks(0, 10, 20)
    other.watch.follow()
    other.writes()

    takes_over(other)
    other.ticks(24, 34)

    assert watched.spans("server_runs") == [(0, 20), (24, 34)]
    assert since(watched.facts(0, 34).outages)[-1] == (20, 24)


def test_contacts_at_other_workers_keep_screens_online(watched: Watched) -> None:
    for at in range(0, 200, 10):
        for screen in range(1, 21):
            if screen > 10 and at < 60:
                watched.beats(at, screen=screen)
            watched.watch.receive_remote(screen, START_S + at)
        watched.ticks(at)

    assert watched.watch.take_notices() == []


def test_screens_without_contact_at_any_worker_are_offline_for_the_leader(watched: Watched) -> None:
    for at in range(0, 200, 10):
        for screen in range(1, 21):
            if screen > 10 or at < 60:
                watched.watch.receive_remote(screen, START_S + at)
        watched.ticks(at)

    assert [type(one) for one in watched.watch.take_notices()] == [UpstreamLost]


def test_no_screen_is_offline_while_workers_are_disconnected(watched: Watched) -> None:
    for at in range(0, 200, 10):
        for screen in range(1, 21):
            if screen > 10 or at < 60:
                watched.watch.receive_remote(screen, START_S + at)
        watched.watch.tick(1000 * (START_S + at), 500 + at, receives_all=at < 60)
        watched.writes()

    assert watched.watch.take_notices() == []


def loses_its_contacts(follower: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be written while twenty screens beat, each a second after the one before."""
    monkeypatch.setattr(runs, "MOST_NOTED", 19)

    def away(*_: Any) -> None:
        raise Busy

    follower.watch.follow()
    follower.beats(100, screen=1)
    with monkeypatch.context() as broken:
        broken.setattr(follower.committer, "_begin", away)
        with pytest.raises(Busy):
            follower.writes()
        for screen in range(1, 21):
            follower.beats(109 + screen, screen=screen)


def doubts(watched: Watched) -> list[Span]:
    return since(watched.facts(0, 1_000).doubts)


@pytest.mark.slow
def test_time_dropped_by_a_follower_is_in_doubt_even_with_beats_meanwhile(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    follower = Watched(watched.database)
    watched.ticks(*range(0, 200, 10))

    loses_its_contacts(follower, monkeypatch)
    follower.watch.follow()
    follower.writes()

    assert [follower.runs(screen) for screen in range(1, 20)] == [[]] * 19
    assert watched.spans("server_runs") == [(0, 190)]
    assert doubts(watched) == [(100, 129 + runs.RUN_GAP_S)]


@pytest.mark.slow
def test_who_gave_up_goes_on_with_the_next_beats(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    loses_its_contacts(watched, monkeypatch)

    watched.beats(140, 170)
    watched.watch.follow()
    watched.writes()

    assert watched.runs() == [(140, 170, 0)]


def test_who_beat_for_the_server_and_gave_up_has_one_outage_when_it_does_again(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.ticks(0, 10)
    monkeypatch.setattr(runs, "MOST_NOTED", 0)
    watched.beats(15)
    watched.watch.follow()

    takes_over(watched)
    watched.ticks(60, 70, 80)

    assert watched.spans("server_runs") == [(0, 10), (60, 80)]
