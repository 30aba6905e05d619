"""One call sends to hundreds, with the same bytes as single sends."""

import errno
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from server.foundation.websocket.ring import SIZE, Ring

FRAME = b"\x81\x05hello"


@pytest.fixture
def ring() -> Iterator[Ring]:
    try:
        made = Ring()
    except OSError as error:
        pytest.skip(f"the kernel gives no ring: {error}")
    yield made
    made.close()


@pytest.fixture
def pairs() -> Iterator[list[tuple[socket.socket, socket.socket]]]:
    with ExitStack() as stack:
        made = [socket.socketpair() for _ in range(40)]
        for near, far in made:
            stack.enter_context(near)
            stack.enter_context(far)
            near.setblocking(False)
            far.setblocking(False)
        yield made


Pairs = list[tuple[socket.socket, socket.socket]]


def test_each_receives_each_frame_once_however_often_the_queues_wrap(
    ring: Ring, pairs: Pairs
) -> None:
    rounds = 3 * SIZE // len(pairs)
    for number in range(rounds):
        frame = FRAME + b"%03d" % number
        took = ring.send([near.fileno() for near, _ in pairs], frame)
        assert took == [len(frame)] * len(pairs)
    expected = b"".join(FRAME + b"%03d" % number for number in range(rounds))
    assert {far.recv(1 << 16) for _, far in pairs} == {expected}
    assert ring.works


def test_each_receives_a_frame_of_its_own_of_any_length(ring: Ring, pairs: Pairs) -> None:
    rounds = 3 * SIZE // len(pairs)
    sockets = [near.fileno() for near, _ in pairs]
    for number in range(rounds):
        frames = [b"%d:%d," % (at, number) * (at + 1) for at in range(len(pairs))]
        assert ring.send_each(sockets, frames) == list(map(len, frames))
        # One for all between them leaves nothing of it behind.
        assert ring.send(sockets, FRAME) == [len(FRAME)] * len(pairs)
    for at, (_, far) in enumerate(pairs):
        own = [b"%d:%d," % (at, number) * (at + 1) for number in range(rounds)]
        assert far.recv(1 << 16) == b"".join(one + FRAME for one in own)
    assert ring.works


def test_as_many_as_the_ring_holds_are_sent_to_at_once(ring: Ring, pairs: Pairs) -> None:
    near, far = pairs[0]
    assert ring.send([near.fileno()] * SIZE, b"x") == [1] * SIZE
    assert far.recv(1 << 16) == b"x" * SIZE


def test_full_and_closed_sockets_are_distinguished_from_successful_ones(
    ring: Ring, pairs: Pairs
) -> None:
    full, gone = pairs[3][0], pairs[5]
    with suppress(BlockingIOError):
        while True:
            full.send(b"x" * 4096)
    gone[1].close()

    took = ring.send([near.fileno() for near, _ in pairs], FRAME)

    assert took[3] == -errno.EAGAIN
    assert took[5] == -errno.EPIPE
    others = [one for at, one in enumerate(took) if at not in (3, 5)]
    assert others == [len(FRAME)] * len(others)
    assert ring.works


def test_a_partial_send_is_reported_by_its_bytes(ring: Ring) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    far = socket.create_connection(listener.getsockname())
    near, _ = listener.accept()
    with listener, far, near:
        near.setblocking(False)
        frame = bytes(range(256)) * 65_536
        (took,) = ring.send([near.fileno()], frame)
        assert 0 < took < len(frame)
        near.close()
        received = b"".join(iter(lambda: far.recv(1 << 20), b""))
        assert received == frame[:took]


@pytest.mark.slow
def test_where_the_kernel_gives_none_messages_go_out_one_by_one() -> None:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    asked = (
        "import os, resource\n"
        "from server.foundation.websocket.fan_out import RING, FanOut, opened\n"
        f"resource.setrlimit(resource.RLIMIT_NOFILE, (os.dup(0), {limits[1]}))\n"
        "assert opened() is None\n"
        "FanOut(None)\n"
        "assert RING._value.get() == 0\n"
    )
    subprocess.run([sys.executable, "-c", asked], check=True)
