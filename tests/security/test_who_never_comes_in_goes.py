"""Sockets that enter nothing and bodies that never end don't stay, and take nobody's place."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any
from urllib.parse import urlsplit

import pytest

from server.http_patience import SILENCE_S, WHOLE_S, Patience, TooSlow, limited
from server.wire.engine import MOST_STRANGERS
from server.wire.line import ENTER_S
from tests.support.patience import PATIENCE_S, until
from tests.support.places import make_screen
from tests.support.players import BOOT
from tests.support.raw_socket import RawSocket
from tests.support.worker import WebWorker, web_worker
from tests.support.world import World, make_world

HEAD = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    b"Sec-WebSocket-Version: 13\r\n\r\n"
)


def test_the_limits_are_those_that_were_promised() -> None:
    assert (ENTER_S, SILENCE_S, WHOLE_S) == (10, 20, 60)
    assert MOST_STRANGERS < 1_000


def test_a_body_is_waited_for_60_seconds_in_all_and_20_in_silence() -> None:
    now = [100.0]
    patience = Patience(lambda: now[0])
    left = []
    for second in (0, 30, 45, 59, 61):
        now[0] = 100.0 + second
        left.append(patience.left_s())
    assert left == [20, 20, 15, 1, -1]

    patience.know()
    now[0] = 10_000.0
    assert patience.left_s() == SILENCE_S


def test_what_comes_too_late_is_not_read() -> None:
    class Slow:
        def chunk(self, _size: int | None = None) -> bytes:
            raise AssertionError("it was read")

    now, slow = [0.0], Slow()
    patience = Patience(lambda: now[0])
    now[0] = WHOLE_S + 1
    with limited(slow, patience), pytest.raises(TooSlow):
        slow.chunk()
    with pytest.raises(AssertionError):  # as it was
        slow.chunk()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("strangers"))


@pytest.fixture(scope="module")
def worker(world: World) -> Iterator[WebWorker]:
    with web_worker(world) as serving:
        yield serving


def _connected(worker: WebWorker) -> socket.socket:
    where = urlsplit(worker.base)
    return socket.create_connection((where.hostname, where.port), 30)


@pytest.mark.slow
def test_of_too_many_sockets_that_enter_nothing_the_oldest_go(
    world: World, worker: WebWorker
) -> None:
    """And whoever enters comes in beside them."""
    with ExitStack() as all_of_them:
        strangers = []
        for _ in range(MOST_STRANGERS + 50):
            one = all_of_them.enter_context(closing(_connected(worker)))
            one.sendall(HEAD)
            strangers.append(one)
        screen = make_screen(world)
        link = all_of_them.enter_context(closing(RawSocket(worker.base)))
        entered = link.enter(token=screen.token, boot=BOOT, version=None)

        assert entered.startswith("40/screen")
        until("the oldest is gone", lambda: _is_closed(strangers[0]))


@pytest.mark.long
@pytest.mark.slow
def test_a_body_at_a_byte_now_and_then_comes_to_an_end(worker: WebWorker) -> None:
    """Nobody signs in by it, and the connection is closed."""
    head = (
        b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 60000\r\n\r\n{"
    )
    with closing(_connected(worker)) as slow:
        slow.sendall(head)
        slow.settimeout(PATIENCE_S)

        answer = slow.recv(4096)

        assert answer.startswith((b"HTTP/1.1 408", b"HTTP/1.1 400")), answer[:200]
        until("the connection is closed", lambda: _is_closed(slow))


def _is_closed(one: socket.socket) -> bool:
    one.setblocking(False)
    try:
        return not _all_of(one)
    except BlockingIOError:
        return False
    except OSError:
        return True


def _all_of(one: socket.socket) -> Any:
    """What comes until nothing does; empty: it is closed."""
    while piece := one.recv(65536):
        if piece[:1] == b"\x88":
            return b""
    return b""
