"""Orders that this process wrote go out without being read again, and none is passed over."""

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy.event import listens_for, remove

from server.gateway.connection.presence import Link
from server.gateway.connection.push import MOST_KEPT, Pump, send_pending
from server.gateway.connection.socket_sender import Players
from server.gateway.connection.state import Live
from server.inventory.enrolment.credentials import ScreenIdentity
from server.publishing import service
from server.publishing.assignments.issuer import DesiredState, Issuing
from server.publishing.assignments.signing_keys import Keyring
from server.publishing.events import OrdersWritten
from server.publishing.queries import UNRESOLVED, Outgoing
from tests.server.publishing.loops.test_issuing import takeover
from tests.support.app.inventory import make_screen
from tests.support.app.world import World
from tests.support.browser.page_inventory import statements
from tests.support.factories.manifests import assign


class Sockets(Players):
    """Of those; what each was sent, in order."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []

    def send(self, event: str, payload: object, links: Sequence[Link]) -> None:
        """A manifest, maybe."""

    def assign(self, orders: Sequence[tuple[Outgoing, Link, Callable[..., None]]]) -> None:
        """Keep the orders sent."""
        self.sent += [row for row, _, _ in orders]


@pytest.fixture
def screen(world: World) -> int:
    """One that is connected and has its plan."""
    made = make_screen(world).id
    assign(world, made, "first")
    live: Live = world.app.extensions["anping.live"]
    live.presence.join(Link("sid", ScreenIdentity(made, 1), "boot", 0, version=1))
    return made


@pytest.fixture
def sockets() -> Sockets:
    return Sockets()


@pytest.fixture
def pump(world: World, screen: int, sockets: Sockets) -> Pump:
    assert screen
    made = Pump(world.core, world.app.extensions["anping.live"], sockets)
    made.begin()
    return made


def write(world: World, screen: int, until: int | None, *, notifies: bool = True) -> None:
    """Write an order with a takeover until then, or without one; `notifies`: notify the sender."""
    shown = None if until is None else takeover(world.clock.now_ms() + until)
    with world.core.config.write() as session:
        issuing = Issuing(session, Keyring(world.core), world.clock.now_ms(), [screen])
        issuing.issue(screen, DesiredState(takeover=shown))
        issuing.finish()
    if notifies:
        world.core.events.publish(OrdersWritten(issuing.serial, issuing.written, issuing.ends))


def test_it_is_sent_as_stored_without_being_read(
    world: World, screen: int, pump: Pump, sockets: Sockets
) -> None:
    write(world, screen, 5_000)
    with statements(world) as asked:
        pump.tick()

    assert not [one for one in asked if "assignments" in one]
    (sent,) = sockets.sent
    assert (sent.version, sent.takeover) == (2, "t_1")
    sockets.sent.clear()
    Pump(world.core, world.app.extensions["anping.live"], sockets).push_new()
    (read,) = sockets.sent
    assert read.takeover == UNRESOLVED
    assert read.message() == sent.message()
    assert (read.serial, read.manifest, read.pinned) == (sent.serial, sent.manifest, sent.pinned)
    pump.tick()
    assert len(sockets.sent) == 1


def another(world: World) -> int:
    """One more screen that is online and has its first order."""
    other: int = make_screen(world).id
    live: Live = world.app.extensions["anping.live"]
    live.presence.join(Link("other", ScreenIdentity(other, 1), "boot", 0))
    assign(world, other, "first")
    return other


def test_what_another_process_wrote_before_it_is_sent_too(
    world: World, screen: int, pump: Pump, sockets: Sockets
) -> None:
    other = another(world)
    write(world, screen, 5_000)

    pump.tick()

    assert sorted((row.screen_id, row.version) for row in sockets.sent) == [(screen, 2), (other, 1)]
    pump.tick()
    assert len(sockets.sent) == 2


def test_an_order_already_read_is_not_sent_again(
    world: World, screen: int, pump: Pump, sockets: Sockets
) -> None:
    write(world, screen, 5_000)
    write(world, screen, 6_000)
    pump.push_new()
    assert [row.version for row in sockets.sent] == [3]

    pump.tick()

    assert [row.version for row in sockets.sent] == [3]
    write(world, screen, 7_000)
    pump.tick()
    assert [row.version for row in sockets.sent] == [3, 4]


def test_of_rounds_in_a_row_the_newest_order_of_each_screen_goes_out(
    world: World, screen: int, pump: Pump, sockets: Sockets
) -> None:
    other = another(world)
    pump.push_new()
    sockets.sent.clear()
    write(world, other, 5_000)
    write(world, screen, 5_000)
    write(world, screen, 6_000)

    pump.tick()

    assert sorted((row.screen_id, row.version) for row in sockets.sent) == [(screen, 3), (other, 2)]
    pump.tick()
    assert len(sockets.sent) == 2


def test_an_order_lifted_before_it_was_sent_is_not_sent(
    world: World, screen: int, pump: Pump, sockets: Sockets
) -> None:
    write(world, screen, 5_000)
    write(world, screen, None)

    pump.tick()

    assert [(row.version, row.takeover) for row in sockets.sent] == [(3, None)]


def test_what_another_process_has_lifted_before_it_was_sent_is_not_sent(
    world: World, screen: int, pump: Pump, sockets: Sockets
) -> None:
    write(world, screen, 5_000)
    write(world, screen, None, notifies=False)

    pump.tick()

    assert [row.version for row in sockets.sent] == [3]


def test_who_comes_in_between_gets_nothing_older_than_he_has(
    world: World, screen: int, pump: Pump, sockets: Sockets
) -> None:
    live: Live = world.app.extensions["anping.live"]
    write(world, screen, 5_000)
    write(world, screen, None, notifies=False)
    live.presence.leave("sid")
    link = Link("again", ScreenIdentity(screen, 1), "boot", 0)
    live.presence.join(link)
    send_pending(world.core, live, sockets, link)

    pump.tick()

    assert {row.version for row in sockets.sent} == {3}


def test_an_uncommitted_order_is_never_sent(
    world: World, screen: int, pump: Pump, sockets: Sockets
) -> None:
    def fail(_connection: object) -> None:
        raise OSError("no space left")

    engine = world.core.config.engine
    listens_for(engine, "commit")(fail)
    try:
        with pytest.raises(OSError, match="no space"):
            service.begin_bound(world.core, [screen])
    finally:
        remove(engine, "commit", fail)
    pump.tick()
    assert not sockets.sent

    service.begin_bound(world.core, [screen])
    pump.tick()
    assert [row.version for row in sockets.sent] == [2]


def test_more_than_is_kept_is_read(world: World, screen: int, pump: Pump, sockets: Sockets) -> None:
    for number in range(MOST_KEPT + 3):
        write(world, screen, 5_000 + number)

    pump.tick()

    assert [row.version for row in sockets.sent] == [MOST_KEPT + 4]
