"""Virtual players trust a network no more than the real one does."""

import pytest

from server.simulator.wire.inside import inside
from server.simulator.wire.protocol import Answer
from tests.support.app.clock import MINUTE_MS
from tests.support.app.inventory import make_screen
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import Office, open_office
from tests.support.app.world import World
from tests.support.devices.virtual_screens import VirtualScreen, virtual_screen
from tests.support.factories.assets import make_asset
from tests.support.network.forging_link import LyingLink

pytestmark = pytest.mark.slow

ORDERS, BEATS = "/api/v1/player/assignment", "/api/v1/player/beat"


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


@pytest.fixture
def link(world: World) -> LyingLink:
    return LyingLink(inside(world.app))


@pytest.fixture
def screen(world: World, office: Office, link: LyingLink) -> VirtualScreen:
    bound = make_screen(world)
    office.publish(make_asset(world), target={"kind": "filler"})
    run_jobs(world.core)
    made = virtual_screen(world, bound)
    made.box.cable = link
    made.live(2 * MINUTE_MS)
    return made


def is_taken_over(screen: VirtualScreen) -> bool:
    player = screen.box.player
    assert player is not None
    return player.beat()["state"] == "takeover"


def test_orders_kept_back_are_noticed_and_come_in_full_when_they_pass_again(
    office: Office, screen: VirtualScreen, link: LyingLink
) -> None:
    link.forged[ORDERS] = Answer(200, link.genuine[ORDERS].body, {"etag": '"of the newest"'})
    office.take_over(make_asset(office.world))
    screen.live(2 * MINUTE_MS)
    assert not is_taken_over(screen)
    assert link.incidents() == {("assignment_refused", "withheld")}

    link.forged.clear()
    screen.live(MINUTE_MS)
    assert is_taken_over(screen)


def test_a_refused_order_leaves_no_etag_and_is_reported_once_the_server_itself_answers(
    office: Office, screen: VirtualScreen, link: LyingLink
) -> None:
    office.take_over(make_asset(office.world))
    newest = screen.box.cable.serve("GET", ORDERS, None, screen.bound.headers)
    link.forged[BEATS] = Answer(200, b"{}", {})
    link.forged[ORDERS] = Answer(200, b"<h1>Log in</h1>", {"etag": newest.headers["etag"]})
    screen.live(MINUTE_MS)
    assert not is_taken_over(screen)

    del link.forged[ORDERS]
    screen.live(MINUTE_MS)
    assert is_taken_over(screen)
    assert link.incidents() == set()

    link.forged.clear()
    screen.live(MINUTE_MS)
    assert ("assignment_refused", "malformed") in link.incidents()
