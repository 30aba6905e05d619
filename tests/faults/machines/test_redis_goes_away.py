"""Redis is killed, stopped or emptied under two workers: only hints are lost, and nobody hangs.

Plays go on in two halves, by a socket at one worker and by POST at the other. The short form keeps
Redis away for seconds, the long one for a minute.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from server.publishing.service import rebuild
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.office_api import Office, open_office
from tests.support.app.people import sign_in
from tests.support.devices.one_plan_crowd import booked, hand_in_more, lasting, make_players
from tests.support.devices.real_player import RealPlayer
from tests.support.devices.unruly_players import FirePlayer
from tests.support.factories.assets import make_asset
from tests.support.patience import until
from tests.support.processes.two_workers import Pair, ask, two_workers

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(600),
    pytest.mark.usefixtures("quiet"),
    pytest.mark.long,
]

SHORT_S, LONG_S = 2.0, 60.0
AROUND_S = 180.0
"""Time beside the two outages of Redis, on a busy machine."""
PLAYERS = 6
BATCHES = 12
ANSWER_S = 10.0
LOST = '"relay_disconnected"'
AGAIN = '"relay_recovered"'


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with two_workers(tmp_path, options=()) as made:
        yield made


@dataclass
class Street:
    """A screen that is online at the other worker, people at the one, and screens that hand in."""

    pair: Pair
    office: Office
    asset: str
    screen: BoundScreen
    player: RealPlayer
    players: list[FirePlayer]

    def takes_over_and_stops(self) -> float:
        """Both are at the screen soon; how long the answers took at most, s."""
        body = {"asset_id": self.asset, "selector": {"screen_ids": [self.screen.public_id]}}
        slowest, officer, reviewer = 0.0, self.office.publicity, self.office.reviewer
        began = time.monotonic()
        takeover = ask(self.pair.one.base, officer, "POST", "takeovers", **body)["id"]
        for person, method, path in (
            (reviewer, "POST", f"takeovers/{takeover}/approve"),
            (reviewer, "DELETE", f"takeovers/{takeover}"),
        ):
            count = len(self.assignments())
            ask(self.pair.one.base, person, method, path)
            slowest, began = max(slowest, time.monotonic() - began), time.monotonic()
            self.player.wait_for("assignment", count + 1)
        return slowest

    def revokes(self) -> None:
        """A screen that is revoked at one worker loses its socket at the other."""
        screen = make_screen(self.pair.world)
        player = RealPlayer(self.pair.other.base, screen).connect()
        admin = sign_in(self.pair.world, "admin")
        ask(self.pair.one.base, admin, "POST", f"screens/{screen.public_id}/revoke")
        until("the end of a void screen's socket", lambda: not player.is_connected)

    def assignments(self) -> list[Any]:
        """What came to the screen."""
        return [payload for event, payload in self.player.received if event == "assignment"]

    def go_on(self) -> None:
        """Return when screens together have handed in some more batches."""
        hand_in_more(self.players, BATCHES)


@pytest.fixture
def away_s(request: pytest.FixtureRequest) -> float:
    """For how long Redis is away, each time."""
    return LONG_S if request.node.get_closest_marker("soak") else SHORT_S


@pytest.fixture
def street(pair: Pair, away_s: float) -> Iterator[Street]:
    office, asset, screen = open_office(pair.world), make_asset(pair.world), make_screen(pair.world)
    rebuild(pair.world.core)
    player = RealPlayer(pair.other.base, screen).connect()
    player.wait_for("assignment")
    past_ms = lasting(2 * away_s + AROUND_S)
    players = make_players(pair.world, pair.one.base, PLAYERS, past_ms, beside=pair.other.base)
    for one in players:
        one.start()
    yield Street(pair, office, f"a_{asset}", screen, player, players)
    player.disconnect()


def test_playing_counting_and_orders_go_on_while_redis_is_away(
    pair: Pair, street: Street, away_s: float
) -> None:
    loses_redis(pair, street, away_s)


@pytest.mark.timed
def test_nobody_waits_for_ten_seconds_and_it_is_lost_no_more_often_than_it_is(
    pair: Pair, street: Street, away_s: float
) -> None:
    is_soon_and_seldom(pair, loses_redis(pair, street, away_s))


@pytest.mark.soak
def test_and_so_they_do_for_a_minute(pair: Pair, street: Street, away_s: float) -> None:
    is_soon_and_seldom(pair, loses_redis(pair, street, away_s))


def is_soon_and_seldom(pair: Pair, slowest_s: float) -> None:
    """Nobody hangs; workers lose each other as often as Redis goes."""
    assert slowest_s < ANSWER_S
    for log in pair.logs():
        # A third time only if the disk is so busy that Redis itself is late.
        assert log.count(LOST) <= 3


def loses_redis(pair: Pair, street: Street, away_s: float) -> float:
    """Killed, then emptied, then stopped; in the end all plays are counted once.

    How long the slowest answer took, s.
    """
    street.go_on()

    pair.redis.kill()
    until("both to know that nobody hears them", pair.are_apart)
    killed = goes_on_without(street, away_s)
    pair.redis.start()
    pair.meet()
    pair.redis.client().flushall()
    emptied = street.takes_over_and_stops()

    pair.redis.freeze()
    until("both to know that nobody hears them", pair.are_apart)
    frozen = goes_on_without(street, away_s)
    street.revokes()
    pair.redis.thaw()
    pair.meet()

    for one in street.players:
        one.finish()
    until(
        "all is handed in",
        lambda: not any(one.is_alive() for one in street.players),
        patience_s=120,
    )
    seen = sum((one.link.seen for one in street.players), Counter())
    print(f"\n{sum(one.made for one in street.players)} plays; {dict(seen)}")
    print(f"slowest answer: killed {killed:.2f} s, stopped {frozen:.2f} s")
    assert [one.failure for one in street.players] == [""] * PLAYERS
    assert booked(pair.world) == {one.screen.id: (one.made, one.made) for one in street.players}
    for log in pair.logs():
        assert 2 <= log.count(LOST) == log.count(AGAIN)
    return max(killed, emptied, frozen)


def goes_on_without(street: Street, away_s: float) -> float:
    """While Redis is away; how long the slowest answer took."""
    until_s = time.monotonic() + away_s
    slowest = street.takes_over_and_stops()
    street.go_on()
    while time.monotonic() < until_s:
        street.go_on()
    return slowest
