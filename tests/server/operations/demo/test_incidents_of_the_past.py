"""Incidents of the demo's past weeks are handled and end, whatever else is open at a screen."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from server.foundation.public_ids import public
from server.monitoring.incidents.models import Incident
from server.operations.demo.desk import Desk
from server.operations.demo.founding import Office
from server.operations.demo.layout import lay_out
from server.operations.demo.mark import Mark, Parameters
from server.operations.demo.moving_clock import MovingClock
from server.operations.demo.past_weeks.contacts import Silence, Weeks
from server.operations.demo.past_weeks.incidents import Troubles
from server.playlog.ingest.flask_extension import playback_of
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import PASSWORD, sign_in
from tests.support.app.world import World
from tests.support.factories.incidents import make_incident

pytestmark = pytest.mark.slow
DAY_S, HOUR_S = 86_400, 3_600
ZONE = ZoneInfo("Asia/Shanghai")


class TwoSilences(Weeks):
    """Of the first screen for eight hours, and of the second until now."""

    def silences(self) -> list[Silence]:
        begin_s = self.from_s + HOUR_S
        return [
            Silence(0, begin_s, begin_s + 8 * HOUR_S, "power"),
            Silence(1, begin_s, None, "box"),
        ]


def troubles(world: World, screens: Sequence[BoundScreen]) -> Troubles:
    now_ms = world.clock.now_ms()
    scale = Parameters(seed=1, venues=2, screens=len(screens), days=2)
    mark = Mark(scale, now_ms, now_ms + 2 * DAY_S * 1000, {}, complete=True)
    weeks = TwoSilences(mark, ZONE, lay_out(scale.seed, scale.venues, scale.screens))
    person = sign_in(world, "admin")
    desk = Desk.within(world.app.wsgi_app, person.username, PASSWORD).sign_in()
    office = Office(world.core, world.app.wsgi_app, {}, {"xuanchuan": desk})
    office.screens = [public("screen", screen.id) for screen in screens]
    return Troubles(office, playback_of(world.app), MovingClock(now_ms), weeks)


def test_a_silence_is_handled_and_ends_and_another_fault_of_its_screen_stays_open(
    world: World,
) -> None:
    screens = [make_screen(world), make_screen(world)]
    for screen in screens:
        make_incident(world, screen, "failing")

    for _, act in sorted(troubles(world, screens).steps(), key=lambda step: step[0]):
        act()

    with world.core.config.read() as session:
        rows = session.execute(select(Incident.screen_id, Incident.code, Incident.state))
        states = {(screen, code): state for screen, code, state in rows}
    assert states == {
        (screens[0].id, "failing"): "open",
        (screens[0].id, "offline"): "closed",
        (screens[1].id, "failing"): "open",
        (screens[1].id, "offline"): "acknowledged",
    }
