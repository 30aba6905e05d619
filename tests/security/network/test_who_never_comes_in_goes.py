"""Sockets that enter nothing and bodies that never end don't stay, and take nobody's place."""

import http.client
import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any
from urllib.parse import urlsplit

import pytest

from server.foundation.rest.limits.body_timeouts import (
    PAUSES_S,
    SILENCE_S,
    SMALL_BYTES,
    WHOLE_S,
    Patience,
    TooSlow,
    limited,
)
from server.foundation.rest.limits.unproven_connections import MOST, YOUNG_S
from server.foundation.websocket.engine import MOST_STRANGERS
from server.foundation.websocket.line import ENTER_S
from tests.support.app.inventory import make_screen
from tests.support.app.world import World, make_world
from tests.support.devices.socket_player import BOOT
from tests.support.network.raw_socket import RawSocket
from tests.support.patience import PATIENCE_S, until
from tests.support.processes.web_worker import WebWorker, web_worker

HEAD = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    b"Sec-WebSocket-Version: 13\r\n\r\n"
)


NOWHERE = (
    "POST /api/v1/nowhere HTTP/1.1\r\nHost: x\r\n{credential}"
    "Content-Type: application/json\r\nContent-Length: 4\r\n\r\nab"
)
"""Half of its body."""
TOGETHER_S = 2.0
"""All of a test's connections are opened, and would be closed for silence, within less."""


def test_the_limits_are_those_that_were_promised() -> None:
    assert (ENTER_S, SILENCE_S, WHOLE_S) == (10, 20, 60)
    assert MOST_STRANGERS < 1_000
    assert MOST < 500


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


def test_a_body_that_drips_is_read_once_in_a_while_and_at_no_common_moment() -> None:
    patience = Patience(lambda: 0.0)
    pauses = []
    for size in (1, SMALL_BYTES, 65_536, 1, 1, 1):
        patience.note_piece(size)
        pauses.append(patience.pause_s())
    assert pauses[:5] == [0.0] * 5
    assert PAUSES_S[0] <= pauses[5] <= PAUSES_S[1]
    assert len({patience.pause_s() for _ in range(20)}) > 10

    patience.know()
    assert patience.pause_s() == 0.0


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
    """And a client that enters a namespace comes in beside them."""
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
        assert not _is_closed_soon(strangers[-1]), "they went because their time was over"


@pytest.mark.long
@pytest.mark.slow
def test_of_too_many_silent_connections_the_oldest_go_and_a_screens_own_stays(
    world: World, worker: WebWorker
) -> None:
    screen, where = make_screen(world), urlsplit(worker.base)
    own = http.client.HTTPConnection(where.hostname or "", where.port, timeout=PATIENCE_S)

    def is_served() -> bool:
        own.request("GET", "/api/v1/player/assignment", headers=screen.headers)
        answer = own.getresponse()
        answer.read()
        return answer.status == 404  # it has no plan yet

    with closing(own), ExitStack() as all_of_them:
        silent = []
        assert is_served()
        kept = own.sock
        for _ in range(MOST + 20):
            silent.append(all_of_them.enter_context(closing(_connected(worker))))
        time.sleep(YOUNG_S)
        assert is_served()
        all_of_them.enter_context(closing(_connected(worker)))

        until("the oldest is gone", lambda: _is_closed(silent[0]))
        assert is_served()
        assert own.sock is kept
        assert not _is_closed_soon(silent[-1]), "they went because their time was over"
    assert "Traceback" not in worker.log.read_text(encoding="utf-8")


SIGN_IN = (
    b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Content-Length: 60000\r\n\r\n{"
)


@pytest.mark.slow
def test_a_strangers_short_request_begins_once_its_body_is_there(worker: WebWorker) -> None:
    """While one with a credential, sent later, is judged before."""
    with closing(_connected(worker)) as stranger, closing(_connected(worker)) as program:
        stranger.sendall(NOWHERE.format(credential="").encode())
        program.sendall(NOWHERE.format(credential="Authorization: Bearer anp_x\r\n").encode())
        until("the program is answered", lambda: _is_readable(program))
        assert not _is_readable(stranger)

        stranger.sendall(b"cd")
        until("the stranger is answered", lambda: _is_readable(stranger))
        assert _first_of(stranger).startswith(b"HTTP/1.1 404")


@pytest.mark.long
@pytest.mark.slow
def test_silent_bodies_and_bodies_by_the_byte_come_to_an_end(worker: WebWorker) -> None:
    """The silent one first, though the other never is; nobody signs in by either."""
    with closing(_connected(worker)) as silent, closing(_connected(worker)) as dripping:
        for one in (silent, dripping):
            one.sendall(SIGN_IN)
            one.settimeout(PATIENCE_S)
        drips = []

        def is_silent_one_over() -> bool:
            drips.append(_drip(dripping))
            return _is_readable(silent)

        until("the silent one is over", is_silent_one_over, every_s=1.0)
        assert all(drips), "the other one was over before"
        until("the other one is over", lambda: not _drip(dripping), every_s=1.0)

        for one in (silent, dripping):
            one.setblocking(True)
            answer = _first_of(one)
            assert answer.startswith((b"HTTP/1.1 408", b"HTTP/1.1 400")), answer[:200]
            until("the connection is closed", lambda one=one: _is_closed(one))  # type: ignore[misc] # mypy can't infer a lambda with a default


@pytest.mark.long
@pytest.mark.slow
def test_a_socket_that_enters_nothing_is_ended(world: World, worker: WebWorker) -> None:
    """Long before the first ping; one that entered beside it stays."""
    screen = make_screen(world)
    with closing(_connected(worker)) as stranger, closing(RawSocket(worker.base)) as link:
        stranger.sendall(HEAD)
        entered = link.enter(token=screen.token, boot=BOOT, version=None)
        assert entered.startswith("40/screen")

        until("the stranger is gone", lambda: _is_closed(stranger))

        assert link.ask("clock", {"t0": 1})


def _drip(one: socket.socket) -> bool:
    """A byte more of a body that never ends; whether it is still waited for."""
    if _is_readable(one):
        return False
    try:
        one.sendall(b" ")
    except OSError:
        return False
    return True


def _is_readable(one: socket.socket) -> bool:
    return bool(select.select([one], [], [], 0)[0])


def _first_of(one: socket.socket) -> bytes:
    try:
        return one.recv(4096)
    except ConnectionError:  # closed with bytes of ours unread
        return b"HTTP/1.1 408 (unread)"


def _is_closed(one: socket.socket) -> bool:
    one.setblocking(False)
    try:
        return not _all_of(one)
    except BlockingIOError:
        return False
    except OSError:
        return True


def _is_closed_soon(one: socket.socket) -> bool:
    """Whether it is, at the end of a time in which all that were opened with it would be."""
    time.sleep(TOGETHER_S)
    return _is_closed(one)


def _all_of(one: socket.socket) -> Any:
    """What comes until nothing does; empty: it is closed."""
    while piece := one.recv(65536):
        if piece[:1] == b"\x88":
            return b""
    return b""
