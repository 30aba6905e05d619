"""Many screens that vanish at once are one incident of a cause that they share."""

from collections.abc import Collection, Iterable
from itertools import groupby

import pytest

from server.inventory.district.alert_thresholds import AS_DELIVERED, AlertRules
from server.monitoring.heartbeats.events import UpstreamBack, UpstreamLost
from server.monitoring.heartbeats.mass_outage import LONGEST_S, lasts
from server.monitoring.heartbeats.runtime import ServerHeartbeat, watch_of
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.monitoring.collector import START_S, Watched

NONE: Collection[int] = frozenset()


class Fleet:
    """Screens that beat every thirty seconds, each at its own second, but for those away."""

    def __init__(self, watched: Watched, size: int) -> None:
        self.watched = watched
        self.size = size
        self.at = 0
        self.notices: list[UpstreamLost | UpstreamBack] = []

    def lives(self, for_s: int, away: Collection[int] = NONE) -> None:
        """Let time pass."""
        for at in range(self.at, self.at + for_s):
            for screen in range(at % 30, self.size, 30):
                if screen not in away:
                    self.watched.beats(at, screen=screen)
            if at % 10 == 0:
                self.watched.ticks(at)
                self.notices += self.watched.watch.take_notices()
        self.at += for_s

    def rows(self) -> list[tuple[int, ...]]:
        """What the store has: from, until, gone, online."""
        return self.watched.rows("SELECT * FROM upstream_runs ORDER BY from_s")


def kinds(fleet: Fleet) -> list[type]:
    """The kinds of notifications, without repetitions."""
    return [kind for kind, _ in groupby(map(type, fleet.notices))]


def test_a_switch_that_fails_for_two_fifths_is_one_incident(watched: Watched) -> None:
    fleet = Fleet(watched, 60)
    fleet.lives(400)
    fleet.lives(200, away=range(24))

    first, lost = fleet.notices
    [(from_s, until_s, gone, online)] = fleet.rows()

    assert isinstance(lost, UpstreamLost)
    assert isinstance(first, UpstreamLost)
    assert first.screens < lost.screens == frozenset(range(24))
    assert (lost.online, lost.from_s) == (online, from_s)
    assert (until_s, gone, online) == (0, 24, 60)
    assert START_S + 370 <= from_s <= START_S + 400


def test_it_ends_when_most_are_back(watched: Watched) -> None:
    fleet = Fleet(watched, 60)
    fleet.lives(400)
    fleet.lives(200, away=range(24))
    fleet.lives(60, away=range(10))
    fleet.lives(400)

    *_, lost, back = fleet.notices
    [(from_s, until_s, _, _)] = fleet.rows()

    assert isinstance(back, UpstreamBack)
    assert (back.from_s, back.until_s) == (lost.from_s, until_s)
    assert START_S + 600 < until_s <= START_S + 640
    assert from_s < until_s
    assert back.missing <= frozenset(range(24))


def test_those_that_stay_away_after_it_are_no_incident_again(watched: Watched) -> None:
    fleet = Fleet(watched, 60)
    fleet.lives(400)
    fleet.lives(130, away=range(50))
    fleet.lives(900, away=range(24))

    back = fleet.notices[-1]
    assert kinds(fleet) == [UpstreamLost, UpstreamBack]
    assert isinstance(back, UpstreamBack)
    assert back.missing >= frozenset(range(20))


def test_it_lasts_while_half_of_them_are_away_and_a_day_at_most(watched: Watched) -> None:
    """A switch that is dead for hours is one incident, not a hundred after ten minutes."""
    fleet = Fleet(watched, 40)
    fleet.lives(400)
    fleet.lives(3_000, away=range(30))
    fleet.lives(200, away=range(15))

    [(_, until_s, gone, _)] = fleet.rows()
    assert (until_s, gone) == (0, 30)
    assert (lasts(30, 15, 3_000), lasts(30, 14, 3_000)) == (True, False)
    assert (lasts(30, 30, LONGEST_S - 1), lasts(30, 30, LONGEST_S)) == (True, False)


def test_another_one_may_begin_while_one_lasts(watched: Watched) -> None:
    fleet = Fleet(watched, 60)
    fleet.lives(400)
    fleet.lives(700, away=range(24))
    fleet.lives(200, away=range(48))

    assert [(until_s, gone) for _, until_s, gone, _ in fleet.rows()] == [(0, 24), (0, 24)]


@pytest.mark.parametrize(
    ("size", "away", "found"),
    [(10, 5, 0), (10, 6, 1), (100, 30, 0), (100, 31, 1), (5, 5, 0)],
)
def test_it_takes_more_than_five_and_more_than_three_tenths(
    watched: Watched, size: int, away: int, found: int
) -> None:
    fleet = Fleet(watched, size)
    fleet.lives(400)
    fleet.lives(200, away=range(away))

    assert len(fleet.rows()) == found


def test_screens_that_go_one_after_the_other_are_no_incident(watched: Watched) -> None:
    fleet = Fleet(watched, 30)
    fleet.lives(400)
    for gone in range(20):
        fleet.lives(30, away=range(gone))

    assert fleet.rows() == []


def test_our_own_outage_is_none_of_theirs(watched: Watched) -> None:
    fleet = Fleet(watched, 60)
    fleet.lives(400)
    watched.begins()
    fleet.at += 300
    fleet.lives(300)

    assert (fleet.rows(), fleet.notices) == ([], [])


def test_a_start_of_ours_ends_it_for_those_alone_that_are_back(watched: Watched) -> None:
    fleet = Fleet(watched, 60)
    fleet.lives(400)
    fleet.lives(200, away=range(24))
    watched.begins()
    fleet.lives(300, away=range(24))
    [(_, until_s, gone, _)] = fleet.rows()
    assert (until_s, gone) == (0, 24)

    fleet.lives(60)

    [(_, until_s, gone, _)] = fleet.rows()
    assert START_S + 900 < until_s <= START_S + 960
    assert gone == 24
    assert isinstance(fleet.notices[-1], UpstreamBack)


def test_nothing_is_published_before_it_is_durable(watched: Watched) -> None:
    fleet = Fleet(watched, 60)
    fleet.lives(400)
    for at in range(400, 600, 10):
        for screen in _of_third(at, 60):
            watched.beats(at, screen=screen)
        watched.ticks(at, write=False)
        assert watched.watch.take_notices() == []

    watched.writes()

    assert {type(one) for one in watched.watch.take_notices()} == {UpstreamLost}
    assert watched.watch.take_notices() == []


def _of_third(at: int, size: int) -> Iterable[int]:
    """Those of the upper half that beat in these ten seconds."""
    return (screen for screen in range(size // 2, size) if screen % 3 == at // 10 % 3)


def test_how_many_make_a_crowd_is_a_setting_that_may_change_at_any_time(watched: Watched) -> None:
    fleet = Fleet(watched, 20)
    fleet.lives(400)
    watched.watch.judge_by(AlertRules(upstream_screens=3, upstream_pct=15))
    fleet.lives(200, away=range(4))

    assert [row[2] for row in fleet.rows()] == [4]


def test_four_of_twenty_are_no_crowd_as_delivered(watched: Watched) -> None:
    fleet = Fleet(watched, 20)
    fleet.lives(400)
    fleet.lives(200, away=range(4))

    assert fleet.rows() == []


def test_the_server_uses_new_settings_from_its_next_beat_on(world: World) -> None:
    watch = watch_of(world.app)
    ServerHeartbeat(world.core, watch).poll()
    assert watch.alerts == AS_DELIVERED

    change = {"alerts": {"upstream_screens": 9, "impaired_failed_pct": 20}}
    sign_in(world, "admin").client.patch("/api/v1/settings", json=change)
    ServerHeartbeat(world.core, watch).poll()

    assert watch.alerts == AlertRules(upstream_screens=9, impaired_failed_pct=20)
