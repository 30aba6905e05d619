"""A bus that was silent for twelve hours of its service, from its beats and plays to the report."""

from typing import Any

import pytest

from server.monitoring.availability import rollup_job
from server.monitoring.heartbeats.runtime import watch_of
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.store.snapshot import snapshot
from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.devices.protocol_player import WirePlayer
from tests.support.monitoring.heartbeats import at
from tests.support.plays.on_air import keep_house, put_on_air
from tests.support.plays.plays import make_programme
from tests.support.reporting.reports import report

pytestmark = pytest.mark.slow

STEP_S = 20
"""At most 25 s are between two heartbeats of the server, and 45 s between two of a screen."""
H = 3600


class Service:
    """A bus in service from 06:00 to 20:00 (grace 6 h), its player, and a server that listens."""

    def __init__(self, world: World) -> None:
        begin_ms = at("24 06:00") * 1000
        world.clock.at_ms = begin_ms
        self.world = world
        programme = make_programme(begin_ms)
        venue = make_venue(world, kind="bus", hours={"2": [["06:00", "20:00"]]})
        screen = make_screen(world, venue=venue, enrolled_at=begin_ms)
        put_on_air(world, screen, programme, begin_ms)
        self.player = WirePlayer(screen, programme)
        self.watch = watch_of(world.app)
        with snapshot(world.core.plays) as tx:
            self.watch.resume(tx)

    def passes(self, until: str, *, connected: bool) -> None:
        """Time goes by; the player shows its plan all the while, with or without contact."""
        began_ms, parts = self.world.clock.at_ms, playback_of(self.world.app)
        for nth, now_s in enumerate(range(began_ms // 1000, at(until) + 1, STEP_S)):
            self.world.clock.at_ms = now_s * 1000
            self.watch.tick(now_s * 1000, float(now_s))
            if connected and nth % 2 == 0:
                self.player.beat(self.world, backlog=len(self.player.shown) - self.player.acked)
            if nth % 30 == 0:
                parts.committer.write_companions()
        self.player.play(began_ms, self.world.clock.at_ms)

    def hands_in(self) -> None:
        """All that it has shown."""
        self.player.hand_in(self.world)
        self.player.beat(self.world, backlog=0)
        self.watch.tick(self.world.clock.at_ms, self.world.clock.at_ms / 1000)

    def figures(self) -> dict[str, Any]:
        """The report's figures of the day, by screen."""
        parts = playback_of(self.world.app)
        parts.committer.write_companions()
        keep_house(self.world)
        rollup_job.keep(self.world.core, parts)
        viewer = sign_in(self.world, "viewer").client
        days = {"from": "2026-11-24", "to": "2026-11-24"}
        found: dict[str, Any] = report(viewer, "uptime", group_by="screen", **days)["items"][0]
        return found


def test_its_link_was_away_for_half_of_it_and_its_plays_prove_all_of_its_display(
    world: World,
) -> None:
    bus = Service(world)
    bus.passes("24 08:00", connected=True)
    bus.hands_in()
    bus.passes("24 20:30", connected=False)
    before = bus.figures()
    bus.hands_in()
    after = bus.figures()

    # 2 h of contact and 6 h of grace of the 14 of service: half of the twelve silent ones.
    for found in (before, after):
        assert found["monitored_s"] == 14 * H
        assert found["up_s"] == pytest.approx(8 * H, abs=STEP_S * 2)
    assert before["display_low_pct"] == pytest.approx(100 * 2 / 14, abs=0.5)
    assert before["display_high_pct"] == pytest.approx(100, abs=0.5)
    assert after["display_low_pct"] == after["display_high_pct"] == pytest.approx(100, abs=0.1)
