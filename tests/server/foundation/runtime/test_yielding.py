"""Work that takes the loop for long begins one by one, and what is ready has its turn between."""

from collections.abc import Callable, Iterator

import gevent
import pytest
from gevent import socket

from server.foundation.runtime.yielding import StaggeredStarts

FLOOD = 20


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    near, far = socket.socketpair()
    yield near, far
    near.close()
    far.close()


def order_of(starts: Callable[[], None], line: tuple[socket.socket, socket.socket]) -> list[str]:
    """What ran after what: requests of a flood (f), and bytes of a player (p)."""
    near, far = line
    ran: list[str] = []

    def flood() -> None:
        starts()
        ran.append("f")
        far.send(b"p")  # arrives while this one has the loop

    def player() -> None:
        while ran.count("p") < FLOOD:
            ran.extend(near.recv(FLOOD).decode())

    reader = gevent.spawn(player)
    gevent.joinall([gevent.spawn(flood) for _ in range(FLOOD)])
    reader.join()
    return ran


def test_a_player_is_served_after_each_request_of_a_flood(
    line: tuple[socket.socket, socket.socket],
) -> None:
    assert order_of(StaggeredStarts().wait, line) == ["f", "p"] * FLOOD


def test_without_it_all_of_the_flood_comes_first(
    line: tuple[socket.socket, socket.socket],
) -> None:
    assert order_of(lambda: None, line) == ["f"] * FLOOD + ["p"] * FLOOD


def test_one_that_comes_alone_begins_at_once() -> None:
    starts = StaggeredStarts()
    for _ in range(3):
        with gevent.Timeout(0):  # raises if the greenlet waits for the loop at all
            starts.wait()
        gevent.sleep(0.001)


def test_the_first_that_came_begins_first() -> None:
    starts, began = StaggeredStarts(), list[int]()

    def request(number: int) -> None:
        starts.wait()
        began.append(number)

    gevent.joinall([gevent.spawn(request, number) for number in range(FLOOD)])

    assert began == list(range(FLOOD))
